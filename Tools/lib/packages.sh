# Sourced by the scripts in Tools/: installs what a build needs and finds Swift. Works on Debian 12 and 13.

# Embree 3 (Debian 12) and 4 (Debian 13) come under the same name. g++ brings the linker and the C++ library that the
# Swift compiler uses.
packages=(
  g++ git pkg-config zlib1g-dev
  libassimp-dev libembree-dev libopenexr-dev libpng-dev libturbojpeg0-dev
)

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# Prints the names of the packages that are not installed.
missing_packages() {
  local package
  for package in "${packages[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

# Installs the missing packages, as root or through sudo. Does nothing, and asks for nothing, when all are there.
install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not a Debian system. Penumbra needs the equivalents of: ${packages[*]}" >&2
    return
  fi

  local missing as_root=()
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} > 0)) || return 0

  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "missing packages, and neither root nor sudo to install them. Ask for:
  apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Stops with instructions unless a Swift of at least 6.2 is on the PATH.
require_swift() {
  local hint="Get Swift 6.2 or later from https://www.swift.org/install/linux and put its usr/bin on the PATH."
  command -v swift >/dev/null || fail "there is no 'swift' on the PATH. $hint"

  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  [[ -n $version ]] || fail "'swift --version' of $(command -v swift) does not work. $hint"
  [[ $(printf '%s\n' 6.2 "$version" | sort -V | head -n 1) == 6.2 ]] || fail "found Swift $version. $hint"
}

# All of the above.
set_up() {
  install_packages
  require_swift
}
