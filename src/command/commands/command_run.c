/* `run`: a script, one command a line. */
#include <string.h>

#include "../command_private.h"

/* Runs the lines until one fails; that one is named. */
static int run_lines(struct command_context *context, const char *path, char *script)
{
    int code = EXIT_OK;
    size_t number = 0;
    for (char *line = script; line && code == EXIT_OK && !context->quit;) {
        char *next = strchr(line, '\n');
        if (next) {
            *next++ = '\0';
        }
        number++;
        struct text said, *err = context->err;
        text_init(&said);
        context->err = &said;
        code = command_run_line(context, line);
        context->err = err;
        if (code != EXIT_OK) {
            text_addf(err, "%s:%zu: ", path, number);
        }
        text_add(err, text_get(&said));
        text_done(&said);
        line = next;
    }
    return code;
}

static int run_text(struct command_context *context, const struct args *args, const char *path,
                    struct text *script)
{
    struct session *own = NULL;
    struct command_context inner = *context;
    if (memchr(text_get(script), '\0', script->length) ||
        !utf8_valid(text_get(script), script->length, NULL)) {
        command_fault(context, "%.200s: not a text in UTF-8", path);
        return EXIT_BAD;
    }
    if (!inner.session) {
        int code = session_for(context, args, true, &own);
        if (code != EXIT_OK) {
            session_free(own);
            return code;
        }
        session_set_needs(own, 0); /* commands that show something compute what they need */
        inner.session = own;
    }
    inner.where = IN_SCRIPT;
    inner.depth++;
    const char *begin = text_get(script);
    begin += strncmp(begin, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* a byte order mark */
    char *lines = arena_text(args->arena, begin, strlen(begin));
    int code = run_lines(&inner, path, lines);
    context->quit |= inner.quit && !own;
    context->catalogue_missed |= inner.catalogue_missed;
    if (inner.theme) {
        context->theme = inner.theme;
    }
    session_free(own);
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    const char *path = args->words[0], *why = "";
    if (context->depth >= SCRIPT_DEPTH_MAX) {
        command_fault(context, "%.200s: scripts call each other more than %d deep", path,
                      SCRIPT_DEPTH_MAX);
        return EXIT_BAD;
    }
    struct text script;
    text_init(&script);
    int code = EXIT_BAD;
    if (file_read(path, SCRIPT_BYTES_MAX, &script, &why) != ST_OK) {
        command_fault(context, "%.200s: %s", path, why);
    } else {
        code = run_text(context, args, path, &script);
    }
    text_done(&script);
    return code;
}

const struct command run_command = {
    .name = "run",
    .usage = "SCRIPT",
    .summary = "a script of commands",
    .details = "One command a line; '#' begins a comment. Stops at the first line that fails and "
               "says which.\nExample: cusp run tour.cusp",
    .where = IN_ALL,
    .min_words = 1,
    .max_words = 1,
    .complete = COMPLETE_FILE,
    .run = run,
};
