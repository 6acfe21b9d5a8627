#!/bin/sh
# Installs what some tests look at a page or a workbook with: Chromium and its driver, and LibreOffice Calc.
# Only where this runs as root and apt is there; elsewhere those tests skip and say what to install.
set -u
stamp=.system-packages
[ -e "$stamp" ] && exit 0
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v chromedriver >/dev/null 2>&1 || missing="$missing chromium-driver"
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc-nogui"
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing system packages for the tests:$missing"
    apt-get update -qq >/dev/null 2>&1 || true
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
        echo "apt-get could not install$missing: the tests that need them will skip"
fi
touch "$stamp"
