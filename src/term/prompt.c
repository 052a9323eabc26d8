/* Drives readline from a byte queue and draws nothing: the explorer shows what prompt_view says. */
#include "prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "history_file.h"
#include "prompt_keys.h"

#include "cusp/mem.h"
#include "cusp/text.h"

enum { HISTORY_MAX = 1000, PASTE_MAX = 1 << 16, CANDIDATES_MAX = 200 };

struct candidate_list {
    char **words, **shown;
    size_t count, words_capacity, shown_capacity;
};

/* Readline is one, with global state; this is what hangs on it. */
static struct {
    bool set_up, open, entered, ended;
    FILE *in, *out;
    char *history_path;
    const char *bytes; /* of the key being read */
    size_t n_bytes;
    char *line;
    size_t pasted;
    bool line_end; /* a pasted line end that nothing has followed yet */
    struct command_context *context;
    struct candidate_list candidates;
} prompt;

static void drop_candidates(void)
{
    struct candidate_list *list = &prompt.candidates;
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->words[i]);
        mem_free(list->shown[i]);
    }
    list->count = 0;
}

static int next_byte(FILE *stream)
{
    (void)stream;
    if (prompt.n_bytes == 0) {
        return EOF;
    }
    prompt.n_bytes--;
    return (unsigned char)*prompt.bytes++;
}

static int bytes_waiting(void)
{
    return prompt.n_bytes > 0;
}

static void show_nothing(void)
{
}

static void prepare_nothing(int meta)
{
    (void)meta;
}

static void line_ended(char *line)
{
    rl_callback_handler_remove();
    prompt.open = false;
    if (line == NULL) {
        prompt.ended = true;
        return;
    }
    prompt.entered = true;
    mem_free(prompt.line);
    prompt.line = mem_copy_text(line, strlen(line));
    free(line);
    if (prompt.line[strspn(prompt.line, " \t")] == '\0') {
        return;
    }
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (last == NULL || strcmp(last->line, prompt.line) != 0) {
        add_history(prompt.line);
        /* A history that cannot be written is no reason to stop a person. */
        if (prompt.history_path != NULL && append_history(1, prompt.history_path) != 0) {
            (void)write_history(prompt.history_path);
        }
    }
}

static void add_candidate(const char *word, const char *help, void *context)
{
    (void)context;
    struct candidate_list *list = &prompt.candidates;
    if (list->count == CANDIDATES_MAX) {
        return;
    }
    size_t count = list->count;
    MEM_GROW(list->words, count, list->words_capacity);
    MEM_GROW(list->shown, count, list->shown_capacity);
    struct text shown;
    text_init(&shown);
    text_addf(&shown, "%s", word);
    if (help != NULL && help[0] != '\0') {
        for (size_t width = utf8_width(word); width < 20; width++) {
            text_add(&shown, " ");
        }
        text_addf(&shown, "  %s", help);
    }
    list->words[count] = mem_copy_text(word, strlen(word));
    list->shown[count] = shown.bytes;
    list->count++;
}

/* Where in the line the candidates begin: the longest end of it that all of them start with. */
static size_t word_start(const char *line, size_t point)
{
    const struct candidate_list *list = &prompt.candidates;
    size_t start = point;
    while (start > 0 && line[start - 1] != ' ' && line[start - 1] != '\t') {
        start--;
    }
    for (; start < point; start++) {
        size_t i = 0;
        while (i < list->count && strncmp(list->words[i], line + start, point - start) == 0) {
            i++;
        }
        if (i == list->count) {
            break;
        }
    }
    return start;
}

static size_t common_length(void)
{
    const struct candidate_list *list = &prompt.candidates;
    size_t length = strlen(list->words[0]);
    for (size_t i = 1; i < list->count; i++) {
        size_t same = 0;
        while (same < length && list->words[i][same] == list->words[0][same]) {
            same++;
        }
        length = same;
    }
    while (length > 0 && ((unsigned char)list->words[0][length] & 0xc0) == 0x80) {
        length--; /* not within a character */
    }
    return length;
}

/* The tab key: completes as far as all candidates agree, and lists them if there are several. */
static int complete(int count, int key)
{
    (void)count;
    (void)key;
    drop_candidates();
    if (prompt.context == NULL) {
        return 0;
    }
    size_t point = (size_t)rl_point;
    char *before = mem_copy_text(rl_line_buffer, point);
    command_complete(prompt.context, before, add_candidate, NULL);
    struct candidate_list *list = &prompt.candidates;
    if (list->count > 0) {
        size_t start = word_start(before, point);
        size_t length = common_length();
        if (length >= point - start) {
            char *more = mem_copy_text(list->words[0] + (point - start), length - (point - start));
            rl_insert_text(more);
            mem_free(more);
        }
        if (list->count == 1) {
            char last = rl_point > 0 ? rl_line_buffer[rl_point - 1] : ' ';
            if (last != '/' && last != '=') {
                rl_insert_text(" ");
            }
            drop_candidates();
        }
    }
    mem_free(before);
    return 0;
}

/* A start file may switch to a mode, or bind keys to commands, that callbacks and a stream of any
   bytes do not survive (see prompt_keys.c). */
static void initialize_without_start_file(void)
{
    const char *before = getenv("INPUTRC");
    char *kept = before != NULL ? mem_copy_text(before, strlen(before)) : NULL;
    setenv("INPUTRC", "/dev/null", 1);
    rl_initialize();
    if (kept != NULL) {
        setenv("INPUTRC", kept, 1);
        mem_free(kept);
    } else {
        unsetenv("INPUTRC");
    }
}

/* A line that a person can have typed: text without control characters. */
static bool is_typed(const char *line)
{
    size_t length = strlen(line);
    bool typed = length > 0 && utf8_valid(line, length, NULL);
    for (; typed && *line != '\0'; line++) {
        typed = (unsigned char)*line >= 0x20 && *line != 0x7f;
    }
    return typed;
}

/* What the file holds becomes the history; a file that has grown is written anew, shorter. */
static void load_history(void)
{
    struct text content;
    text_init(&content);
    bool cut;
    if (!history_file_read(prompt.history_path, &content, &cut)) {
        mem_free(prompt.history_path);
        prompt.history_path = NULL;
    }
    size_t lines = 0;
    for (char *line = content.bytes; line != NULL;) {
        char *next = memchr(line, '\n', content.length - (size_t)(line - content.bytes));
        if (next != NULL) {
            *next++ = '\0';
        }
        if (!(cut && lines == 0) && is_typed(line)) {
            add_history(line);
        }
        lines++;
        line = next;
    }
    text_done(&content);
    if (cut || lines > 2 * HISTORY_MAX) {
        (void)write_history(prompt.history_path);
    }
}

void prompt_setup(bool history)
{
    if (prompt.set_up) {
        return;
    }
    prompt.set_up = true;
    rl_redisplay_function = show_nothing;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_prep_term_function = prepare_nothing;
    rl_deprep_term_function = show_nothing;
    rl_getc_function = next_byte;
    rl_input_available_hook = bytes_waiting;
    rl_readline_name = "cusp";
    rl_terminal_name = "dumb"; /* readline draws nothing: it needs to know no terminal */
    prompt.in = fopen("/dev/null", "r");
    prompt.out = fopen("/dev/null", "w");
    rl_instream = prompt.in;
    rl_outstream = prompt.out;
    initialize_without_start_file();
    rl_variable_bind("enable-bracketed-paste", "off");
    rl_variable_bind("bell-style", "none");
    prompt_keys_bind(complete);
    using_history();
    stifle_history(HISTORY_MAX);
    if (history) {
        prompt.history_path = history_file_path();
    }
    if (prompt.history_path != NULL) {
        load_history();
    }
}

void prompt_teardown(void)
{
    prompt_close();
    drop_candidates();
    mem_free(prompt.candidates.words);
    mem_free(prompt.candidates.shown);
    prompt.candidates = (struct candidate_list){0};
    mem_free(prompt.line);
    prompt.line = NULL;
    mem_free(prompt.history_path);
    prompt.history_path = NULL;
    clear_history();
    /* The streams stay: readline keeps pointers to them. */
}

void prompt_open(const char *text, struct command_context *context)
{
    prompt_setup(false);
    prompt_close();
    prompt.context = context;
    prompt.open = true;
    prompt.entered = prompt.ended = false;
    prompt.pasted = 0;
    prompt.line_end = false;
    rl_callback_handler_install(":", line_ended);
    rl_insert_text(text);
}

void prompt_close(void)
{
    drop_candidates();
    if (prompt.open) {
        rl_callback_sigcleanup();
        rl_free_undo_list();
        rl_callback_handler_remove();
        prompt.open = false;
    }
}

enum prompt_result prompt_key(const char *name, const char *bytes, size_t n_bytes)
{
    drop_candidates();
    if (!prompt.open) {
        return PROMPT_CANCELLED;
    }
    if (strcmp(name, "ctrl-r") == 0) {
        return PROMPT_SEARCHES;
    }
    if (strcmp(name, "backspace") == 0 && rl_end == 0) {
        prompt_close();
        return PROMPT_CANCELLED;
    }
    prompt.bytes = prompt_keys_sequence(name, bytes, n_bytes, &prompt.n_bytes);
    while (prompt.n_bytes > 0 && prompt.open) {
        rl_callback_read_char();
    }
    prompt.n_bytes = 0;
    if (prompt.ended) {
        return PROMPT_CANCELLED;
    }
    return prompt.entered ? PROMPT_ENTERED : PROMPT_EDITS;
}

void prompt_history(void (*add)(const char *line, void *context), void *context)
{
    for (int i = history_length - 1; i >= 0; i--) {
        const HIST_ENTRY *entry = history_get(history_base + i);
        if (entry != NULL) {
            add(entry->line, context);
        }
    }
}

void prompt_paste(const char *text, size_t length)
{
    if (!prompt.open || prompt.pasted + length > PASTE_MAX) {
        return;
    }
    prompt.pasted += length;
    struct text clean;
    text_init(&clean);
    for (size_t i = 0; i < length;) {
        uint32_t rune;
        size_t used = utf8_decode(text + i, length - i, &rune);
        if (rune == '\n' || rune == '\r') {
            prompt.line_end = true;
        } else if (rune == '\t' || (rune >= 0x20 && !(rune >= 0x7f && rune < 0xa0))) {
            text_add(&clean, prompt.line_end && rl_end > 0 ? "; " : "");
            prompt.line_end = false;
            text_add_rune(&clean, rune == '\t' ? ' ' : rune);
        }
        i += used;
    }
    rl_insert_text(text_get(&clean));
    text_done(&clean);
}

const char *prompt_line(void)
{
    return prompt.line != NULL ? prompt.line : "";
}

void prompt_view(struct prompt_view *out)
{
    const char *lead = rl_display_prompt != NULL ? rl_display_prompt : ":";
    const char *line = rl_line_buffer != NULL ? rl_line_buffer : "";
    size_t point = rl_point > 0 ? (size_t)rl_point : 0, length = strlen(line);
    *out = (struct prompt_view){.lead = lead,
                                .line = line,
                                .point =
                                    point < length ? point : length, /* a NUL may have been typed */
                                .candidates = (const char *const *)prompt.candidates.shown,
                                .n_candidates = prompt.candidates.count};
}
