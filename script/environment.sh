# Sourced by the scripts beside it: goes to the root of the clone, puts the project's own Node.js
# first in PATH where script/setup has installed one, and lets all clones share one compiler cache.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for folder in build/node/node_modules/node-linux-*/bin; do
    if [ -x "$folder/node" ]; then
        PATH="$PWD/$folder:$PWD/build/node/node_modules/.bin:$PATH"
    fi
done
export PATH

export CCACHE_BASEDIR="${CCACHE_BASEDIR:-$PWD}"
export CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros
# Colours are for people.
[ -t 1 ] || export NO_COLOR=1

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}
