#!/bin/sh
# Makes dist/XRayDesk-VERSION-macos-arm64.dmg of dist/XRayDesk.app; on a Mac, after packaging/build.py.
# Signed and notarised where MACOS_IDENTITY (and MACOS_NOTARY_PROFILE, of `notarytool store-credentials`) are set.
set -eu
cd -- "$(dirname -- "$0")/../.."
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' xraydesk/__init__.py)
app=dist/XRayDesk.app
image=dist/XRayDesk-$version-macos-$(uname -m).dmg

# Terms and bill of materials came into the folder after it was put together, so the seal is made anew.
if [ -n "${MACOS_IDENTITY:-}" ]; then
    codesign --force --deep --options runtime --timestamp --entitlements packaging/macos/entitlements.plist \
        --sign "$MACOS_IDENTITY" "$app"
else
    echo "No identity is configured: sealed, but not signed." >&2
    codesign --force --deep --sign - "$app"
fi
codesign --verify --deep --strict "$app"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ditto "$app" "$folder/XRayDesk.app"
ln -s /Applications "$folder/Applications"
rm -f "$image"
hdiutil create -volname XRayDesk -srcfolder "$folder" -format ULMO -quiet "$image"

if [ -n "${MACOS_IDENTITY:-}" ] && [ -n "${MACOS_NOTARY_PROFILE:-}" ]; then
    codesign --sign "$MACOS_IDENTITY" "$image"
    xcrun notarytool submit "$image" --keychain-profile "$MACOS_NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
