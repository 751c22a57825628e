"""The bill of materials, CycloneDX 1.5: every part that is really in the bundle, none that is not."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from bundle_parts import NOBODY, Part, sha256


def bill(parts: list[Part], weights: Path) -> dict[str, object]:
    """The same bundle gives the same bill: its serial number is made from its content."""
    program = parts[0]
    components = [_component(part) for part in parts[1:]] + _models(weights)
    content = json.dumps(components, sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "xraydesk",
                "name": "xraydesk",
                "version": program.version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": "xraydesk", "dependsOn": [str(each["bom-ref"]) for each in components]}],
    }


def _component(part: Part) -> dict[str, object]:
    purl = {
        "pypi": f"pkg:pypi/{part.name.lower().replace('_', '-')}@{part.version.replace('+', '%2B')}",
        "deb": f"pkg:deb/debian/{part.name}@{part.version.replace('+', '%2B').replace(':', '%3A')}",
    }.get(part.kind, f"pkg:generic/{part.name.lower().replace(' ', '-')}@{part.version}")
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": purl,
        "name": part.name,
        "version": part.version,
        "purl": purl,
        "properties": [
            {"name": "xraydesk:files", "value": str(len(part.files))},
            {"name": "xraydesk:modules", "value": str(len(part.modules))},
        ],
    }
    if words := licence_words(part):
        component["licenses"] = [{"license": {"name": words}}]
    return component


def licence_words(part: Part) -> str:
    if part.kind == "python":
        return "PSF-2.0"
    if part.distribution is None:
        return "see licences/" + part.name
    metadata = part.distribution.metadata
    known = [
        line.split(" :: ")[-1] for line in metadata.get_all("Classifier", []) if line.startswith("License ::")
    ]
    words = metadata.get("License-Expression") or metadata.get("License") or ", ".join(known)
    first = (words or "").strip().split("\n")[0]
    return first if len(first) < 100 else ", ".join(known) or first[:100]


def _models(weights: Path) -> list[dict[str, object]]:
    manifest = json.loads((weights / "manifest.json").read_text(encoding="utf-8"))
    return [
        {
            "type": "machine-learning-model",
            "bom-ref": f"model:{model['id']}",
            "name": model["name"],
            "version": model["version"],
            "hashes": [{"alg": "SHA-256", "content": sha256(weights / model["file"])}],
            "licenses": [{"license": {"name": model["licence"]}}],
        }
        for model in (*manifest["models"], *manifest["helpers"])
    ]


def complaints(parts: list[Part], bundle: Path) -> list[str]:
    """What is wrong between the list of parts and the folder: strangers, and files nobody listed."""
    wrong = [
        f"nobody's: {file}" for part in parts if part.name == NOBODY for file in part.files + part.modules
    ]
    listed = {_where(bundle, file) for part in parts for file in part.files}
    there = {file for file in bundle.rglob("*") if file.is_file() and not file.is_symlink()}
    ours = {
        file
        for file in there
        if file.relative_to(bundle).parts[0] in ("licences", "sbom.cdx.json", "README.txt")
    }
    wrong += [
        f"in the bundle, in no part: {file.relative_to(bundle)}" for file in sorted(there - listed - ours)
    ]
    wrong += [f"in a part, not in the bundle: {file}" for file in sorted(map(str, listed - there))]
    return wrong


def _where(bundle: Path, place: str) -> Path:
    top = bundle / place
    return (
        top if top.is_file() and "/" not in place and not top.is_symlink() else bundle / "_internal" / place
    )
