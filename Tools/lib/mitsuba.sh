# Sourced by the scripts that compare with Mitsuba 3. Sets `mitsuba_python` to a Python with mitsuba 3.9.1 and numpy:
# $PYTHON if it is set, otherwise a virtual environment in the user's cache, made on first use.

require_mitsuba() {
  if [[ -n ${PYTHON:-} ]]; then
    mitsuba_python=$PYTHON
  else
    local environment=${XDG_CACHE_HOME:-$HOME/.cache}/penumbra/mitsuba-3.9.1
    mitsuba_python=$environment/bin/python
    if [[ ! -e $environment/complete ]]; then
      echo "Installing Mitsuba 3.9.1 into $environment" >&2
      python3 -m venv "$environment" || fail "'python3 -m venv' does not work; on Debian: apt-get install python3-venv"
      "$environment/bin/pip" install --quiet mitsuba==3.9.1 numpy >&2
      touch "$environment/complete"
    fi
  fi
  "$mitsuba_python" -c 'import mitsuba, numpy' || fail "$mitsuba_python cannot import mitsuba and numpy"

  # Mitsuba's fast CPU variant loads LLVM at run time; 14 and 15 abort.
  if [[ -z ${DRJIT_LIBLLVM_PATH:-} ]]; then
    DRJIT_LIBLLVM_PATH=$(/sbin/ldconfig -p | sed -n 's/.*=> \(.*libLLVM.*\.so.*\)/\1/p' |
      awk 'match($0, /libLLVM[-.](so\.)?[0-9]+/) {
        version = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", version); if (version >= 16) print version, $0
      }' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
    [[ -n $DRJIT_LIBLLVM_PATH ]] ||
      fail "Mitsuba's llvm_ad_rgb needs LLVM 16 or later. On Debian: apt-get install libllvm19"
    export DRJIT_LIBLLVM_PATH
  fi
}
