; The installer for Windows. Compiled from this folder by
;   makensis -DVERSION=0.1.0 -DSOURCE=..\..\dist\xraydesk -DOUTPUT=..\..\dist\XRayDesk-0.1.0-windows.exe xraydesk.nsi
; It installs for the person who starts it and needs no administrator.
;   /S            silent
;   /ALLUSERS     for all users of the computer (from an administrator's prompt; for IT)
;   /D=FOLDER     another folder; the last switch, without quotation marks
; Exit status: 0 done, 1 cancelled, 2 not possible (XRayDesk is open, or /ALLUSERS without the rights).

Unicode true
!ifndef VERSION | SOURCE | OUTPUT
  !error "VERSION, SOURCE and OUTPUT must be given"
!endif
!ifdef QUICK
  SetCompress off
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include x64.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\XRayDesk"
!define CLASSES "Software\Classes"

Name "XRayDesk"
OutFile "${OUTPUT}"
RequestExecutionLevel user
InstallDir ""
BrandingText "For research, not for diagnosis"
ManifestDPIAware true
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "XRayDesk"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "XRayDesk installer"
VIAddVersionKey "LegalCopyright" "Apache License 2.0"

!ifdef ICON
  !define MUI_ICON "${ICON}"
  !define MUI_UNICON "${ICON}"
!endif
!define MUI_FINISHPAGE_RUN "$INSTDIR\xraydesk.exe"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var Everybody

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "XRayDesk needs a 64-bit Windows." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  SetRegView 64
  Call ChooseWhoFor
  Call RefuseWhileOpen
FunctionEnd

; For the user, or with /ALLUSERS for everybody. A folder named with /D, or of an earlier version, stays.
Function ChooseWhoFor
  StrCpy $Everybody 0
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/ALLUSERS" $1
  ${IfNot} ${Errors}
    UserInfo::GetAccountType
    Pop $2
    ${If} $2 != "Admin"
      MessageBox MB_ICONSTOP "To install for all users, start the installer from an administrator's prompt." /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    StrCpy $Everybody 1
  ${EndIf}
  ${If} $Everybody == 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${UNINSTALL}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $Everybody == 1
      StrCpy $INSTDIR "$PROGRAMFILES64\XRayDesk"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\XRayDesk"
    ${EndIf}
  ${EndIf}
FunctionEnd

; A program that runs cannot be replaced: its file cannot be opened for writing.
!macro RefuseWhileOpen
  ${If} ${FileExists} "$INSTDIR\xraydesk.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\xraydesk.exe" a
    ${If} ${Errors}
      MessageBox MB_ICONSTOP "XRayDesk is open. Please close it and start this again." /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend
Function RefuseWhileOpen
  !insertmacro RefuseWhileOpen
FunctionEnd
Function un.RefuseWhileOpen
  !insertmacro RefuseWhileOpen
FunctionEnd

; What belongs to the program, and nothing else: models, journal and settings lie in the user's own places,
; those of a portable copy in its own folder.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\xraydesk.exe"
  Delete "$INSTDIR\xraydesk-cli.exe"
  Delete "$INSTDIR\sbom.cdx.json"
  Delete "$INSTDIR\README.txt"
!macroend

Section "XRayDesk"
  ; the folder may have been chosen since
  Call RefuseWhileOpen
  !insertmacro RemoveProgram
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}/*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\XRayDesk.lnk" "$INSTDIR\xraydesk.exe"

  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "XRayDesk"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\xraydesk.exe"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "XRayDesk"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  ${If} $Everybody == 1
    WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe" /ALLUSERS'
    WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /ALLUSERS /S'
  ${Else}
    WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  ${EndIf}
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" $0

  ; DICOM films open with it where no other program has them; pictures offer it under "Open with".
  WriteRegStr SHCTX "${CLASSES}\XRayDesk.Film" "" "DICOM film"
  WriteRegStr SHCTX "${CLASSES}\XRayDesk.Film\DefaultIcon" "" "$INSTDIR\xraydesk.exe,0"
  WriteRegStr SHCTX "${CLASSES}\XRayDesk.Film\shell\open\command" "" '"$INSTDIR\xraydesk.exe" "%1"'
  !macro OfferFor EXTENSION
    WriteRegStr SHCTX "${CLASSES}\${EXTENSION}\OpenWithProgids" "XRayDesk.Film" ""
    WriteRegStr SHCTX "${CLASSES}\Applications\xraydesk.exe\SupportedTypes" "${EXTENSION}" ""
  !macroend
  !insertmacro OfferFor ".dcm"
  !insertmacro OfferFor ".dicom"
  !insertmacro OfferFor ".png"
  !insertmacro OfferFor ".jpg"
  !insertmacro OfferFor ".jpeg"
  !insertmacro OfferFor ".tif"
  !insertmacro OfferFor ".tiff"
  !insertmacro OfferFor ".bmp"
  WriteRegStr SHCTX "${CLASSES}\Applications\xraydesk.exe\shell\open\command" "" '"$INSTDIR\xraydesk.exe" "%1"'
  WriteRegStr SHCTX "Software\Microsoft\Windows\CurrentVersion\App Paths\xraydesk.exe" "" "$INSTDIR\xraydesk.exe"
  ${RefreshShellIcons}
SectionEnd

Function un.onInit
  SetRegView 64
  SetShellVarContext current
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/ALLUSERS" $1
  ${IfNot} ${Errors}
    SetShellVarContext all
  ${EndIf}
  Call un.RefuseWhileOpen
FunctionEnd

Section "Uninstall"
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\XRayDesk.lnk"
  !macro NoLongerFor EXTENSION
    DeleteRegValue SHCTX "${CLASSES}\${EXTENSION}\OpenWithProgids" "XRayDesk.Film"
  !macroend
  !insertmacro NoLongerFor ".dcm"
  !insertmacro NoLongerFor ".dicom"
  !insertmacro NoLongerFor ".png"
  !insertmacro NoLongerFor ".jpg"
  !insertmacro NoLongerFor ".jpeg"
  !insertmacro NoLongerFor ".tif"
  !insertmacro NoLongerFor ".tiff"
  !insertmacro NoLongerFor ".bmp"
  DeleteRegKey SHCTX "${CLASSES}\XRayDesk.Film"
  DeleteRegKey SHCTX "${CLASSES}\Applications\xraydesk.exe"
  DeleteRegKey SHCTX "Software\Microsoft\Windows\CurrentVersion\App Paths\xraydesk.exe"
  DeleteRegKey SHCTX "${UNINSTALL}"
  ${RefreshShellIcons}
SectionEnd
