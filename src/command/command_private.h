/* What the commands share: faults, numbers from text, tables, JSON. */
#ifndef CUSP_COMMAND_PRIVATE_H
#define CUSP_COMMAND_PRIVATE_H

#include <jansson.h>

#include "cusp/command.h"

#define COMMAND(id) extern const struct command id##_command;
#include "commands.def"
#undef COMMAND

enum { SCRIPT_DEPTH_MAX = 8, SCRIPT_BYTES_MAX = 1 << 20, LIST_MAX = 10000 };

/* ---- faults.c -------------------------------------------------------------------------------- */

/* One line on err, "cusp: " before it in the shell. */
void command_fault(struct command_context *context, const char *format, ...) CUSP_PRINTF(2, 3);
/* Likewise, with "; did you mean 'near'?" if near is not NULL. */
void command_fault_near(struct command_context *context, const char *near, const char *format, ...)
    CUSP_PRINTF(3, 4);
/* Diagnostics as they are; returns EXIT_BAD. */
int command_diagnosed(struct command_context *context, const struct diags *diags);

/* Keeps the best of several names for "did you mean". */
struct suggestion {
    const char *word;
    const char *best; /* NULL if none is near */
    size_t distance;
};
void suggestion_start(struct suggestion *suggestion, const char *word);
void suggestion_try(struct suggestion *suggestion, const char *name);

/* ---- numbers.c: the whole text or false -------------------------------------------------------
 */

bool number_read(const char *text, double *out); /* finite; "1e6", "-0.5", "10^6" */
bool count_read(const char *text, double *out);
bool size_read(const char *text, int *width, int *height);
/* "1e2..1e8" (decades), "1e2..1e8:25", "10,100"; why is static text. */
bool list_read(const char *text, struct arena *arena, double **list, size_t *count,
               const char **why);
/* "lo..hi,lo..hi" or "lo..hi". */
bool window_read(const char *text, double low[2], double high[2], size_t *axes);
/* "NAME=VALUE"; the name is copied to the arena. */
bool setting_read(const char *text, struct arena *arena, struct setting *out);
/* Splits at commas outside brackets; returns the pieces, NULL-terminated. */
const char **pieces_of(const char *text, struct arena *arena, size_t *count);

/* ---- args.c -----------------------------------------------------------------------------------
 */

/* EXIT_OK and *out, or the code to end with; *done is true if --help was answered. */
int args_parse(struct command_context *context, const struct command *command,
               const char *const *words, size_t n_words, struct arena *arena, struct args *out,
               bool *done);
/* The i-th option of a command and of the common ones; NULL at the end. */
const struct option *command_option(const struct command *command, size_t i);
double args_number(const struct args *args, const char *name);
bool args_flag(const struct args *args, const char *name);
uint64_t args_seed(const struct args *args);
uint64_t args_data_seed(const struct args *args);
size_t args_threads(const struct args *args);

/* ---- models.c ---------------------------------------------------------------------------------
 */

/* One model by name, path or inline text, with settings; writes diagnostics. */
int model_named(struct command_context *context, const char *name, const struct setting *settings,
                size_t n_settings, struct model **out);
int model_inline(struct command_context *context, const char *text, const struct setting *settings,
                 size_t n_settings, struct model **out);
/* Exactly one; at the prompt the one with the focus if none is named. The caller unrefs. */
int args_model(struct command_context *context, const struct args *args, struct model **out);
/* What work says of that model, or the code to end with. */
int args_with_model(struct command_context *context, const struct args *args,
                    int (*work)(struct command_context *context, const struct args *args,
                                const struct model *model));
/* Text of a point ("w1=0,w2=1/3") as a whole vector. */
int point_read(struct command_context *context, const struct model *model, const char *text,
               struct arena *arena, double *w);
/* Likewise of --at, with its coordinates as they were written: decimals or fractions. */
int args_point_exactly(struct command_context *context, const struct args *args,
                       const struct model *model, double *w, const char ***texts);
/* The model with the focus in the session; NULL if there is none. */
const struct model *session_model(struct command_context *context);
size_t session_side(struct command_context *context);

/* commands/command_chart.c: in a script, waits for λ and its resolution; then the resolution on the
   screen and the chart that is looked at; NULL: none. */
void resolution_wait(struct command_context *context);
const struct resolution *resolution_shown(struct command_context *context, size_t *chart);

/* ---- setup.c: options that make a state
 * ---------------------------------------------------------- */

/* What `explore` and `frame` share; without the closing row. */
#define STATE_OPTIONS                                                                               \
    {"n", "N", OPTION_NUMBER, NULL, "sample size; to the end of data, or 1e12", COMPLETE_NONE},     \
        {"beta", "B", OPTION_NUMBER, NULL, "inverse temperature", COMPLETE_NONE},                   \
        {"at2", "POINT", OPTION_TEXT, NULL, "like --at, for the second model", COMPLETE_PARAM},     \
        {"set2",       "NAME=VALUE,…", OPTION_TEXT, NULL, "like --set, for the second model alone", \
         COMPLETE_KNOB},                                                                            \
        {"compare",     "NAME|on|off", OPTION_TEXT, NULL, "the second model; on: the contrast",     \
         COMPLETE_MODEL},                                                                           \
        {"window", "LO..HI,LO..HI", OPTION_TEXT, NULL, "part of the plane shown", COMPLETE_NONE},   \
        {"window2",    "LO..HI,LO..HI", OPTION_TEXT, NULL, "likewise, of the second model",         \
         COMPLETE_NONE},                                                                            \
        {"axes", "NAME,NAME", OPTION_TEXT, NULL, "parameters on the axes", COMPLETE_PARAM},         \
        {"axes2", "NAME,NAME", OPTION_TEXT, NULL, "likewise, of the second model", COMPLETE_PARAM}, \
        {"rank", NULL, OPTION_FLAG, NULL, "lay a rank map over the landscape", COMPLETE_NONE},      \
        {"focus", "VIEW", OPTION_TEXT, NULL, "the view with the focus", COMPLETE_VIEW},             \
        {"side", "1|2", OPTION_COUNT, NULL, "the model with the focus", COMPLETE_NONE},             \
        {"zoomed",     NULL, OPTION_FLAG, NULL, "the view with the focus fills the screen",         \
         COMPLETE_NONE},                                                                            \
        {"page", "P", OPTION_COUNT, NULL, "which views a small screen shows", COMPLETE_NONE},       \
        {"chart", "C", OPTION_COUNT, NULL, "chart of the resolution looked at", COMPLETE_NONE},     \
        {"by-hand", NULL, OPTION_FLAG, NULL, "the resolution is made by hand", COMPLETE_NONE},      \
        {"moves", "MOVES", OPTION_TEXT, NULL, "what was blown up by hand", COMPLETE_NONE},          \
        {"moves2", "MOVES", OPTION_TEXT, NULL, "likewise, of the second model", COMPLETE_NONE},     \
        {"failure", "NAME", OPTION_TEXT, NULL, "a preset of what goes wrong", COMPLETE_NONE},       \
        {"mended", NULL, OPTION_FLAG, NULL, "that preset, put right", COMPLETE_NONE},               \
        {"play", NULL, OPTION_FLAG, NULL, "n grows by itself", COMPLETE_NONE},                      \
        {"speed", "S", OPTION_NUMBER, NULL, "decades of n a second", COMPLETE_NONE},                \
        {"filter", "WORDS", OPTION_TEXT, NULL, "what the catalogue lets through", COMPLETE_NONE},   \
        {"row", "R", OPTION_COUNT, NULL, "selected row of the catalogue", COMPLETE_NONE},           \
    {                                                                                               \
        "catalogue", NULL, OPTION_FLAG, NULL, "show the catalogue", COMPLETE_NONE                   \
    }

/* Says that there is no preset of that name, and which is near. */
int failure_fault(struct command_context *context, const char *name);
/* Opens the preset's model in the session, alone, at its n unless n is kept. */
int failure_open(struct command_context *context, struct session *session,
                 const struct failure *failure, bool keep_n);
/* Makes the session what args (of a command with STATE_OPTIONS) say. contrast: a single model opens
   with its contrast beside it. */
int state_setup(struct command_context *context, const struct args *args, struct session *session,
                bool contrast);
/* How diagnostics of a new session's catalogue are told; they are no reason to stop. */
int session_for(struct command_context *context, const struct args *args, bool synchronous,
                struct session **out);

/* ---- change_state.c: what the prompt's commands do to the session
 * -------------------------------- */

void state_flag(struct session *session, const char *kind, size_t offset, bool value);
#define STATE_FLAG(session, field, value) \
    state_flag((session), #field, offsetof(struct state, field), (value))
void state_count(struct session *session, const char *kind, size_t offset, size_t value);
#define STATE_COUNT(session, field, value) \
    state_count((session), #field, offsetof(struct state, field), (value))
void state_focus(struct session *session, const char *view, size_t side);
/* At or relative to now: "1e6", "*10", "/2", "*10^0.1", "+5", "-5"; "=-5" is −5
   itself. */
bool relative_read(const char *text, double now, double *out);
struct state session_state(struct session *session);
/* The greatest n that every model shown can have. */
double session_n_limit(struct session *session);
int fault_of_n(struct command_context *context, struct session *session, double n);
int shift_focus(struct command_context *context, int by);
int open_side(struct command_context *context, size_t side, struct model *model);
/* What the session said of its failure, or this. Returns EXIT_BAD. */
int session_fault(struct command_context *context, const char *otherwise);

/* ---- table.c -----------------------------------------------------------------------------------
 */

struct table {
    struct arena arena;
    size_t columns, cells, capacity;
    const char **shown; /* for people */
    const char **plain; /* for programs */
    bool *right;
};
void table_init(struct table *table, const char *const *headers); /* NULL-terminated */
void table_done(struct table *table);
void table_text(struct table *table, const char *text);
/* significant digits for people; programs get 17. NaN: blank for programs. */
void table_number(struct table *table, double x, int digits);
void table_print(const struct table *table, struct text *out);
void table_csv(const struct table *table, struct text *out);
/* Written as --csv says, or for people, and done with. */
void table_end(struct table *table, const struct args *args, struct text *out);

/* ---- json.c -------------------------------------------------------------------------------------
 */

/* {"model": …, "seed": …}; model may be NULL. */
json_t *json_start(const struct model *model, const struct args *args);
void json_put(json_t *object, const char *key, json_t *value);         /* takes value */
void json_put_number(json_t *object, const char *key, double value);   /* not finite: null */
void json_put_text(json_t *object, const char *key, const char *text); /* NULL: null */
void json_put_count(json_t *object, const char *key, size_t value);
void json_put_flag(json_t *object, const char *key, bool value);
json_t *json_numbers(const double *values, size_t count);
json_t *json_points(const double *values, size_t rows, size_t columns);
/* Writes and frees; ends with a newline. */
void json_end(json_t *object, struct text *out);

/* ---- files.c ------------------------------------------------------------------------------------
 */

/* Writes a whole file at once: a reader sees the old one or the new one. keep: refuses if there is
   a file already. On failure *why says so (static text or strerror). */
enum status file_write(const char *path, const char *bytes, size_t length, bool keep,
                       const char **why);
/* A regular file of at most max bytes, as text; else *why. */
enum status file_read(const char *path, size_t max, struct text *out, const char **why);

/* ---- help -------------------------------------------------------------------------------------
 */

void help_about(const struct command *command, struct text *out);
void help_overview(struct text *out);
void help_man(struct text *out);

#endif
