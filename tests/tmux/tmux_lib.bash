# Functions for tests in tmux: a server of its own, a shell in it, waiting by looking, TAP lines.
cd "$(dirname "$0")/../.." || exit 1
cusp=${BUILD:-build}/cusp
case $cusp in /*) ;; *) cusp=$PWD/$cusp ;; esac
export CUSP_MODELS=$PWD/models LC_ALL=C.UTF-8 INPUTRC=/dev/null
unset NO_COLOR COLORTERM TMUX
work=$(mktemp -d)
export XDG_STATE_HOME=$work/state
server=cusp-test-$$
servers=0
number=0

t() { tmux -L "$server" -f /dev/null "$@"; }

finish()
{
    t kill-server 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT

screen() { t capture-pane -p 2>/dev/null; }

# Until "$@" succeeds; 20 seconds at most.
until_true()
{
    local end=$((SECONDS + 20))
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.05
    done
}

shows() { screen | grep -qF -- "$1"; }
hides() { ! shows "$1"; }
gone() { ! kill -0 "$1" 2>/dev/null; }

# report NAME: by the code of the last command; the screen helps to see why not.
report()
{
    local code=$?
    number=$((number + 1))
    if [ $code -eq 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        screen | sed 's/^/# /'
    fi
}

# A shell with job control in a window of this size.
shell()
{
    t kill-server 2>/dev/null
    servers=$((servers + 1))
    server=cusp-test-$$-$servers # the old one may still be going
    t new-session -d -x "$1" -y "$2" "PS1='ready> ' bash --norc --noprofile -i"
    until_true shows 'ready>'
}

keys() { t send-keys "$@"; }
type_line() { t send-keys -l -- "$1" && t send-keys Enter; }

# The explorer in the shell's window, and its process in $pid.
explore()
{
    type_line "clear; $cusp $*"
    until_true shows '? help' || return 1
    pid=$(pgrep -n -P "$(t display-message -p '#{pane_pid}')")
}

flag() { [ "$(t display-message -p "#{$1}")" = "$2" ]; }

# The shell reads and shows lines again, on the main screen, without the mouse.
usable()
{
    until_true shows 'ready>' && flag alternate_on 0 && flag mouse_any_flag 0 &&
        flag cursor_flag 1 && type_line 'clear; stty -a | tr " ;" "\n\n" | grep -xE "icanon|echo|isig|opost"; echo us""able' &&
        until_true shows usable && shows icanon && shows echo && shows isig && shows opost
}
