# Signs a program with the certificate of the environment; without one it says so and leaves the file as it is.
param([Parameter(Mandatory)][string[]]$Files)
$ErrorActionPreference = "Stop"
if (-not $env:WINDOWS_CERTIFICATE) {
    Write-Host "No certificate is configured: not signed."
    exit 0
}
$certificate = Join-Path $env:RUNNER_TEMP "certificate.pfx"
try {
    [IO.File]::WriteAllBytes($certificate, [Convert]::FromBase64String($env:WINDOWS_CERTIFICATE))
    $tool = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" | Select-Object -Last 1
    & $tool.FullName sign /fd SHA256 /tr http://timestamp.digicert.com /td SHA256 `
        /f $certificate /p $env:WINDOWS_CERTIFICATE_PASSWORD $Files
    if ($LASTEXITCODE) { exit $LASTEXITCODE }
} finally {
    Remove-Item -Force -ErrorAction SilentlyContinue $certificate
}
