/* `frame`: one picture, without a terminal. */
#include <string.h>
#include <unistd.h>

#include "cusp/exporter.h"
#include "cusp/view.h"
#include "../command_private.h"

static const struct option options[] = {
    {"size", "COLUMNSxROWS", OPTION_SIZE, "120x40", "size in character cells", COMPLETE_NONE},
    {"views", "V,…", OPTION_TEXT, NULL, "only these views", COMPLETE_VIEW},
    {"format", "FORMAT", OPTION_TEXT, NULL,
     "text, ansi, svg, png, pdf or csv; default: by the "
     "file's name, else text",
     COMPLETE_FORMAT},
    {"theme", "dark|light", OPTION_TEXT, "dark", "background", COMPLETE_THEME},
    {"color-depth", "DEPTH", OPTION_TEXT, "direct", "mono, 16, 256 or direct, for ansi",
     COMPLETE_NONE},
    {"ascii", NULL, OPTION_FLAG, NULL, "draw with ASCII characters only", COMPLETE_NONE},
    {"output", "FILE", OPTION_TEXT, NULL, "write to a file; short: -o", COMPLETE_FILE},
    STATE_OPTIONS,
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

enum { CELLS_MAX = 1000000, VIEWS_MAX = 32 };

struct picture {
    const struct exporter *exporter;
    struct draw_options draw;
    const char **only; /* NULL-terminated; NULL: all */
    int width, height;
};

static const struct exporter *find_format(struct command_context *context, const char *name)
{
    struct suggestion suggestion;
    suggestion_start(&suggestion, name);
    for (size_t i = 0; exporters[i]; i++) {
        suggestion_try(&suggestion, exporters[i]->name);
    }
    const struct exporter *exporter = exporter_find(name);
    if (!exporter) {
        command_fault_near(context, suggestion.best, "no format '%.80s'", name);
    } else if (!exporter->available) {
        command_fault(context, "%s needs Cairo, which this cusp was built without", name);
        exporter = NULL;
    }
    return exporter;
}

/* What --format says, or how the file's name ends. */
static const char *format_name(const struct args *args)
{
    const struct option_value *format = args_value(args, "format");
    const struct option_value *output = args_value(args, "output");
    if (!format->given && args_flag(args, "csv")) {
        return "csv";
    }
    if (format->given) {
        return format->text;
    }
    const char *dot = output->given ? strrchr(output->text, '.') : NULL;
    return dot && exporter_find(dot + 1) ? dot + 1 : "text";
}

static int read_depth(struct command_context *context, const char *name, enum colour_depth *depth)
{
    static const char *const names[] = {"mono", "16", "256", "direct"};
    static const enum colour_depth depths[] = {DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_DIRECT};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            *depth = depths[i];
            return EXIT_OK;
        }
    }
    command_fault(context, "--color-depth %.80s: mono, 16, 256 or direct is wanted", name);
    return EXIT_USAGE;
}

static int read_views(struct command_context *context, const struct args *args,
                      struct picture *picture)
{
    const struct option_value *value = args_value(args, "views");
    if (!value->given) {
        return EXIT_OK;
    }
    size_t count = 0;
    picture->only = pieces_of(value->text, args->arena, &count);
    for (size_t i = 0; i < count; i++) {
        struct suggestion suggestion;
        suggestion_start(&suggestion, picture->only[i]);
        for (size_t j = 0; views[j]; j++) {
            suggestion_try(&suggestion, views[j]->name);
        }
        if (!view_find(picture->only[i])) {
            command_fault_near(context, suggestion.best, "no view '%.80s'", picture->only[i]);
            return EXIT_USAGE;
        }
    }
    if (count == 0) {
        picture->only = NULL;
    }
    return EXIT_OK;
}

static int read_picture(struct command_context *context, const struct args *args,
                        struct picture *picture)
{
    const struct option_value *size = args_value(args, "size");
    const char *theme = args_value(args, "theme")->text;
    *picture = (struct picture){.width = size->width, .height = size->height};
    picture->draw = (struct draw_options){.levels = 128, .map_override = MAP_COUNT};
    picture->draw.light = strcmp(theme, "light") == 0;
    picture->draw.glyphs = args_flag(args, "ascii") ? GLYPHS_ASCII : GLYPHS_UNICODE;
    if (!picture->draw.light && strcmp(theme, "dark") != 0) {
        command_fault(context, "--theme %.80s: dark or light is wanted", theme);
        return EXIT_USAGE;
    }
    if ((long)size->width * size->height > CELLS_MAX) {
        command_fault(context, "--size: at most %d cells", CELLS_MAX);
        return EXIT_USAGE;
    }
    if (args_flag(args, "json")) {
        command_fault(context, "frame writes no JSON; --csv gives the numbers of its pictures");
        return EXIT_USAGE;
    }
    picture->exporter = find_format(context, format_name(args));
    if (!picture->exporter) {
        return EXIT_USAGE;
    }
    if (picture->exporter->binary && !args_flag(args, "output") &&
        (context->where != IN_SHELL || isatty(STDOUT_FILENO))) {
        command_fault(context, "%s is not for a terminal: name a file with -o",
                      picture->exporter->name);
        return EXIT_USAGE;
    }
    int code = read_depth(context, args_value(args, "color-depth")->text, &picture->draw.depth);
    return code == EXIT_OK ? read_views(context, args, picture) : code;
}

/* The results that the views shown look at. */
static unsigned needs_of(const struct sheet *sheet)
{
    unsigned needs = 0;
    for (size_t i = 0; i < sheet->n_placed; i++) {
        const struct view *view = view_find(sheet->placed[i].view);
        needs |= view != NULL ? view->needs : SESSION_ALL;
    }
    return needs;
}

/* How fine the planes are to be: as many samples as the largest of them has dots. */
static void fit(struct session *session, const struct picture *picture, struct arena *arena)
{
    struct snapshot snapshot;
    struct sheet sheet;
    session_snapshot(session, &snapshot);
    sheet_build(&snapshot, picture->width, picture->height, picture->only, "", arena, &sheet);
    int width = 0, height = 0;
    for (size_t i = 0; i < sheet.n_placed; i++) {
        const struct placed *placed = &sheet.placed[i];
        struct area inside = draw_plot_area(placed->figure, &placed->area, &picture->draw);
        bool plane = strcmp(placed->view, "posterior") == 0 ||
                     strcmp(placed->view, "landscape") == 0 ||
                     strncmp(placed->view, "projection", 10) == 0;
        if (plane && inside.width > width) {
            width = inside.width;
        }
        if (plane && inside.height > height) {
            height = inside.height;
        }
    }
    bool paper = strcmp(picture->exporter->name, "text") != 0 &&
                 strcmp(picture->exporter->name, "ansi") != 0;
    int finer = paper ? 2 : 1;
    if (width > 0 && height > 0) {
        session_set_resolution(session, (size_t)(finer * width), (size_t)(finer * 2 * height));
    }
    session_set_needs(session, needs_of(&sheet));
}

static int write_out(struct command_context *context, const struct args *args,
                     const struct text *bytes)
{
    const struct option_value *output = args_value(args, "output");
    const char *why = "";
    if (!output->given) {
        text_add_bytes(context->out, text_get(bytes), bytes->length);
        return EXIT_OK;
    }
    if (file_write(output->text, text_get(bytes), bytes->length, false, &why) != ST_OK) {
        command_fault(context, "%.200s: %s", output->text, why);
        return EXIT_BAD;
    }
    if (context->where != IN_SHELL) {
        text_addf(context->out, "wrote %s\n", output->text);
    }
    return EXIT_OK;
}

static int draw(struct command_context *context, const struct args *args, struct session *session,
                const struct picture *picture)
{
    struct snapshot snapshot;
    struct sheet sheet;
    fit(session, picture, args->arena);
    enum status status;
    do { /* in short waits, so that a wish to stop is seen */
        status = session_wait(session, 50);
    } while (status == ST_CANCELLED && !cancel_wanted(context->cancel));
    if (status != ST_OK) {
        command_fault(context, "frame: %s", status_name(status));
        return EXIT_BAD;
    }
    session_snapshot(session, &snapshot);
    sheet_build(&snapshot, picture->width, picture->height, picture->only, "", args->arena, &sheet);
    if (sheet.too_small) {
        command_fault(context, "%s", sheet.too_small);
        return EXIT_BAD;
    }
    struct text bytes;
    text_init(&bytes);
    const char *why = NULL;
    int code = EXIT_OK;
    status = picture->exporter->write(&sheet, &picture->draw, &bytes, &why);
    if (status == ST_OK) {
        code = write_out(context, args, &bytes);
    } else {
        command_fault(context, "%s: %s", picture->exporter->name, why ? why : status_name(status));
        code = EXIT_BAD;
    }
    text_done(&bytes);
    return code;
}

/* The state of the session that is running, made again in one that computes at once. */
static int copy_state(struct command_context *context, struct session *session)
{
    struct text line;
    text_init(&line);
    text_add(&line, "explore");
    struct text share;
    text_init(&share);
    session_share(context->session, &share);
    text_add(&line, text_get(&share) + strlen("cusp"));
    struct command_context inner = *context;
    inner.session = session;
    int code = command_run_line(&inner, text_get(&line));
    text_done(&line);
    text_done(&share);
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    struct picture picture;
    struct session *session = NULL;
    int code = read_picture(context, args, &picture);
    if (code != EXIT_OK) {
        return code;
    }
    bool named = args->n_words + args->n_inline > 0;
    if (!named && !context->session && !args_flag(args, "catalogue")) {
        command_fault(context, "frame: which model? A name from `list`, a path, or -e 'K = …'");
        return EXIT_USAGE;
    }
    code = session_for(context, args, true, &session);
    if (code == EXIT_OK) {
        session_set_needs(session, 0);
        if (!named && context->session) {
            code = copy_state(context, session);
        } else {
            code = state_setup(context, args, session, false);
        }
    }
    if (code == EXIT_OK) {
        code = draw(context, args, session, &picture);
    }
    session_free(session);
    return code;
}

const struct command frame_command = {
    .name = "frame",
    .usage = "[MODEL [MODEL]] [--size 120x40] [--views V,…] [--n N] [--format FORMAT] [-o FILE]",
    .summary = "one picture, without a terminal",
    .details = "Draws what the explorer would show, as text, text with colours (ansi), SVG, PNG, "
               "PDF, or its numbers as CSV. In the explorer, without a model: what is on the "
               "screen.\nExample: cusp frame normal-crossing regular-bowl --n 1e4 --size 100x30",
    .where = IN_ALL,
    .options = options,
    .max_words = 2,
    .complete = COMPLETE_MODEL,
    .run = run,
};
