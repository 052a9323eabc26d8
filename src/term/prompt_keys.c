/* The keys of the prompt, in a keymap of their own. readline 8.2 driven by callbacks does not
   survive every sequence of its own keys (searches and macros within searches, the undo list that a
   saved line shares); these it does, and every other key does nothing. */
#include "prompt_keys.h"

#include <stdio.h>
#include <string.h>

#include <readline/readline.h>

#include "cusp/text.h"

/* The line saved on the way through the history keeps the undo list, and frees it while it is still
   in use: with no list there is nothing to free twice. */
static int previous_line(int count, int key)
{
    rl_free_undo_list();
    return rl_get_previous_history(count, key);
}

static int next_line(int count, int key)
{
    rl_free_undo_list();
    return rl_get_next_history(count, key);
}

static int first_line(int count, int key)
{
    rl_free_undo_list();
    return rl_beginning_of_history(count, key);
}

static int last_line(int count, int key)
{
    rl_free_undo_list();
    return rl_end_of_history(count, key);
}

static const struct {
    const char *name, *sequence;
    rl_command_func_t *function; /* NULL: completion */
} keys[] = {
    {"enter", "\r", rl_newline},
    {"tab", "\t", NULL},
    {"backspace", "\177", rl_rubout},
    {"ctrl-a", "\001", rl_beg_of_line},
    {"ctrl-b", "\002", rl_backward_char},
    {"ctrl-d", "\004", rl_delete},
    {"ctrl-e", "\005", rl_end_of_line},
    {"ctrl-f", "\006", rl_forward_char},
    {"ctrl-k", "\013", rl_kill_line},
    {"ctrl-n", "\016", next_line},
    {"ctrl-p", "\020", previous_line},
    {"ctrl-t", "\024", rl_transpose_chars},
    {"ctrl-u", "\025", rl_unix_line_discard},
    {"ctrl-w", "\027", rl_unix_word_rubout},
    {"ctrl-y", "\031", rl_yank},
    {"ctrl-_", "\037", rl_undo_command},
    {"left", "\033[D", rl_backward_char},
    {"right", "\033[C", rl_forward_char},
    {"up", "\033[A", previous_line},
    {"down", "\033[B", next_line},
    {"home", "\033[H", rl_beg_of_line},
    {"end", "\033[F", rl_end_of_line},
    {"delete", "\033[3~", rl_delete},
    {"ctrl-left", "\033[1;5D", rl_backward_word},
    {"ctrl-right", "\033[1;5C", rl_forward_word},
    {"alt-left", "\033[1;3D", rl_backward_word},
    {"alt-right", "\033[1;3C", rl_forward_word},
    {"alt-b", "\033b", rl_backward_word},
    {"alt-f", "\033f", rl_forward_word},
    {"alt-d", "\033d", rl_kill_word},
    {"alt-backspace", "\033\177", rl_backward_kill_word},
    {"alt-t", "\033t", rl_transpose_words},
    {"alt-u", "\033u", rl_upcase_word},
    {"alt-l", "\033l", rl_downcase_word},
    {"alt-c", "\033c", rl_capitalize_word},
    {"alt-y", "\033y", rl_yank_pop},
    {"alt-<", "\033<", first_line},
    {"alt->", "\033>", last_line},
};
enum { N_KEYS = sizeof keys / sizeof *keys };

void prompt_keys_bind(int (*complete)(int count, int key))
{
    static Keymap map;
    if (map == NULL) {
        map = rl_make_bare_keymap();
    }
    if (map == NULL) {
        return;
    }
    for (int byte = ' '; byte < 256; byte++) {
        rl_bind_key_in_map(byte, rl_insert, map);
    }
    for (size_t i = 0; i < N_KEYS; i++) {
        rl_bind_keyseq_in_map(keys[i].sequence,
                              keys[i].function != NULL ? keys[i].function : complete, map);
    }
    rl_set_keymap(map);
}

const char *prompt_keys_sequence(const char *name, const char *bytes, size_t n_bytes,
                                 size_t *length)
{
    for (size_t i = 0; i < N_KEYS; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            *length = strlen(keys[i].sequence);
            return keys[i].sequence;
        }
    }
    uint32_t rune;
    bool character = n_bytes > 0 && utf8_decode(bytes, n_bytes, &rune) == n_bytes && rune >= 0x20 &&
                     !(rune >= 0x7f && rune < 0xa0);
    *length = character ? n_bytes : 0;
    return bytes;
}
