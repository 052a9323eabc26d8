/* The whole screen: header, panels or the catalogue, sliders, cursor, messages, key hints. */
#include "cusp/view.h"

#include <math.h>
#include <string.h>

#include "sheet_builder.h"
#include "view_exact.h"
#include "view_run.h"
#include "view_text.h"
#include "cusp/text.h"

/* Columns of the value after a slider, so that nothing moves as it turns. */
enum { VALUE_WIDTH = 8, KNOBS_MAX = 8, CURSOR_NAMED = 4 };

/* Below these sizes the header drops its hints, the bottom lines their second halves. */
enum { WIDE_HEADER = 140, WIDE_BOTTOM = 100 };

struct knob_ref {
    const struct model_knob *knob;
};

/* Knobs of all sides, each name once. */
static size_t collect_knobs(const struct snapshot *snapshot, struct knob_ref *out)
{
    size_t count = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct model *model = snapshot->sides[s].model;
        for (size_t i = 0; i < model->n_knobs && count < KNOBS_MAX; i++) {
            bool known = false;
            for (size_t k = 0; k < count; k++)
                known = known || strcmp(out[k].knob->name, model->knobs[i].name) == 0;
            if (!known)
                out[count++].knob = &model->knobs[i];
        }
    }
    return count;
}

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

struct area sheet_body(const struct snapshot *snapshot, int width, int height, bool footer)
{
    struct knob_ref knobs[KNOBS_MAX];
    int below = 1 + (collect_knobs(snapshot, knobs) > 0 ? 1 : 0) +
                (footer || has_text(snapshot->message) ? 1 : 0);
    return (struct area){.column = 0, .row = 1, .width = width, .height = height - 1 - below};
}

/* --- header --- */

static void header_side(struct sheet_builder *b, size_t side, int column, int end)
{
    const struct model *model = b->snapshot->sides[side].model;
    const char *title = has_text(model->title) ? model->title : model->name;
    int width = (int)utf8_width(title);
    if (width > end - column)
        width = end - column;
    struct strip *strip =
        sheet_strip(b, column, 0, width, title, side == 0 ? ROLE_SINGULAR : ROLE_REGULAR);
    strip->bold = true;
    column += width + 2;
    if (end - column >= 6 && strcmp(title, model->formula) != 0)
        sheet_strip(b, column, 0, end - column, model->formula, ROLE_PLAIN);
}

static void header(struct sheet_builder *b)
{
    const struct snapshot *snapshot = b->snapshot;
    int end = b->width - 1;
    sheet_strip(b, 1, 0, 4, "cusp", ROLE_PLAIN)->bold = true;
    if (b->width >= WIDE_HEADER) {
        sheet_strip(b, end - 9, 0, 9, ": command", ROLE_DIM);
        sheet_strip(b, end - 17, 0, 6, "? help", ROLE_DIM)->action = "help";
        end -= 19;
    } else {
        sheet_strip(b, end - 6, 0, 6, "? help", ROLE_DIM)->action = "help";
        end -= 8;
    }
    bool words = b->width >= WIDE_HEADER || snapshot->screen_reader;
    const char *busy = words ? "computing …" : "busy";
    double reached = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++)
        reached = fmax(reached, snapshot->sides[s].progress_n);
    if (reached > 0 && b->width >= WIDE_HEADER)
        busy = say(b->arena, "run at n = %-8s", say_number(b->arena, reached, 3));
    int busy_width = (int)utf8_width(busy);
    if (snapshot->busy)
        sheet_strip(b, end - busy_width, 0, busy_width, busy, ROLE_DIM);
    end -= busy_width + 1;
    if (snapshot->n_sides > 1) {
        int half = b->width - b->width / 2;
        header_side(b, 0, 7, half - 2);
        sheet_strip(b, half, 0, 1, "│", ROLE_DIM);
        header_side(b, 1, half + 2, end);
    } else if (snapshot->n_sides == 1) {
        header_side(b, 0, 7, end);
    }
}

/* --- bottom lines --- */

double sheet_n_max(const struct snapshot *snapshot)
{
    double least = INTEGRAL_MAX_N;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        double n_max = snapshot->sides[s].n_max;
        /* A file of one row still needs an axis. */
        if (n_max > 0)
            least = fmin(least, fmax(n_max, 2));
    }
    return least;
}

double sheet_slider_n(const struct snapshot *snapshot, double position)
{
    return pow(10, fmin(fmax(position, 0), 1) * log10(sheet_n_max(snapshot)));
}

double sheet_slider_position(const struct snapshot *snapshot, double n)
{
    double position = log10(fmax(n, 1)) / log10(sheet_n_max(snapshot));
    return fmin(fmax(position, 0), 1);
}

/* Where the cursor's text begins, right of the n slider. */
static int cursor_column(const struct sheet_builder *b)
{
    return b->width >= WIDE_BOTTOM ? b->width * 2 / 5 : b->width - b->width / 2;
}

static void n_line(struct sheet_builder *b, int row)
{
    const struct state *state = &b->snapshot->state;
    int track = cursor_column(b) - 2 - VALUE_WIDTH - 11;
    if (track > 72)
        track = 72;
    double position = sheet_slider_position(b->snapshot, state->n);
    int column = sheet_slider(b, 1, row, track, "n", position, say_number(b->arena, state->n, 4),
                              VALUE_WIDTH, "n");
    const char *play = state->playing ? "■ space" : "▶ space";
    struct strip *strip = sheet_strip(b, column, row, 7, play, ROLE_DIM);
    strip->action = state->playing ? "pause" : "play";
}

/* Filled up with blanks to so many columns. */
static const char *padded(struct sheet_builder *b, const char *text, int width)
{
    int missing = width - (int)utf8_width(text);
    return missing > 0 ? say(b->arena, "%s%*s", text, missing, "") : text;
}

/* "✛ w1 = 0.5  w2 = 0  K = 0  degenerate direction  λ here = 1/2, m = 1" for the side with the
 * focus. */
static void cursor_line(struct sheet_builder *b, int row)
{
    const struct snapshot *snapshot = b->snapshot;
    size_t at = snapshot->state.focus_side < snapshot->n_sides ? snapshot->state.focus_side : 0;
    const struct side *side = &snapshot->sides[at];
    const char *out = "✛";
    bool wide = b->width >= WIDE_BOTTOM;
    const size_t *axes = snapshot->state.axes[at];
    bool many = side->model->dim > CURSOR_NAMED;
    for (size_t i = 0; i < side->model->dim; i++) {
        /* Of many parameters those on the plane are named. */
        if (many && i != axes[0] && i != axes[1])
            continue;
        out = say(b->arena, "%s %s = %s", out, model_axis_name(side->model, i),
                  padded(b, say_number(b->arena, snapshot->state.cursor[at][i], 3), wide ? 7 : 0));
    }
    int column = cursor_column(b), room = b->width - column - 1;
    if (side->fisher != NULL) {
        double value = side->fisher->kl;
        bool rounding = side->model->likelihood != NULL && fabs(value) <= side->model->kl_tolerance;
        const char *kl = padded(b, say_number(b->arena, rounding ? 0 : value, 3), wide ? 7 : 0);
        const char *name = side_has_no_truth(side) ? "L_N − min" : "K";
        const char *words =
            say(b->arena, "%s %s = %s %s", out, name, kl, say_point_class(side->fisher));
        const char *word = say(b->arena, "%s %s = %s %s", out, name, kl, say_class(side->fisher));
        const char *here = say_lambda(side->rlct_here, b->arena);
        static const char at_it[] = "λ here";
        if (side->fisher->point_class == POINT_NOT_TRUE &&
            strncmp(here, at_it, sizeof at_it - 1) == 0)
            here = say(b->arena, "λ of W0 beside it%s", here + sizeof at_it - 1);
        const char *longer = say(b->arena, "%s  %s", words, here);
        const char *brief = say(b->arena, "%s  %s", word, here);
        bool local = here[0] != '\0';
        out = local && utf8_width(longer) <= (size_t)room  ? longer
              : local && utf8_width(brief) <= (size_t)room ? brief
              : utf8_width(words) <= (size_t)room          ? words
              : utf8_width(word) <= (size_t)room           ? word
                                                 : say(b->arena, "%s %s = %s", out, name, kl);
    }
    sheet_strip(b, column, row, room, out, ROLE_HERE);
}

static void knob_line(struct sheet_builder *b, int row, const struct knob_ref *knobs, size_t count)
{
    int part = (b->width - 2) / (int)count;
    for (size_t i = 0; i < count; i++) {
        const struct model_knob *k = knobs[i].knob;
        int label = (int)utf8_width(k->name) < 16 ? (int)utf8_width(k->name) : 16;
        int track = part - label - 3 - VALUE_WIDTH;
        if (track < 3)
            break;
        double range = k->high - k->low;
        sheet_slider(b, 1 + (int)i * part, row, track > 40 ? 40 : track, k->name,
                     range > 0 ? (k->value - k->low) / range : 0, say_number(b->arena, k->value, 4),
                     VALUE_WIDTH, say(b->arena, "knob %s", k->name));
    }
}

static void last_line(struct sheet_builder *b, int row, const char *footer)
{
    const struct snapshot *snapshot = b->snapshot;
    if (has_text(snapshot->message)) {
        bool error = snapshot->message_is_error;
        const char *text = error && strncmp(snapshot->message, "error", 5) != 0
                               ? say(b->arena, "error: %s", snapshot->message)
                               : snapshot->message;
        sheet_strip(b, 1, row, b->width - 2, text, error ? ROLE_WARNING : ROLE_PLAIN)->bold = error;
    } else if (has_text(footer)) {
        sheet_strip(b, 1, row, b->width - 2, footer, ROLE_DIM);
    }
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (const char *p = text; *p != '\0'; p++)
        lines += *p == '\n' || p[1] == '\0';
    return lines;
}

/* Errors of a model file being edited, under the last good picture; takes its rows from the body.
 */
static void diagnostics_panel(struct sheet_builder *b, struct area *body)
{
    const char *text = b->snapshot->diagnostics;
    if (!has_text(text) || body->height < 8)
        return;
    size_t wanted = count_lines(text) + 2;
    int height = wanted > (size_t)body->height / 2 ? body->height / 2 : (int)wanted;
    struct area area = {.column = 0,
                        .row = body->row + body->height - height,
                        .width = body->width,
                        .height = height};
    struct line_list lines = {.arena = b->arena};
    line_list_verbatim(&lines, text, say_room(&area), ROLE_WARNING);
    struct figure *figure = arena_new(b->arena, 1, sizeof *figure);
    *figure = (struct figure){
        .kind = FIGURE_TEXT,
        .title = SAY_FIT(b->arena, &area, "The model file has errors"),
        .note = SAY_FIT(b->arena, &area, "the pictures are of its last good version"),
        .lines = lines.items,
        .n_lines = lines.count,
    };
    sheet_figure(b, figure, &area);
    body->height -= height;
}

static void dashboard_screen(struct sheet_builder *b, const char *footer)
{
    const struct snapshot *snapshot = b->snapshot;
    struct area body = sheet_body(snapshot, b->width, b->height, has_text(footer));
    int row = body.row + body.height;
    header(b);
    diagnostics_panel(b, &body);
    sheet_dashboard(b, &body, NULL);
    struct knob_ref knobs[KNOBS_MAX];
    size_t n_knobs = collect_knobs(snapshot, knobs);
    if (n_knobs > 0)
        knob_line(b, row++, knobs, n_knobs);
    n_line(b, row);
    if (snapshot->n_sides > 0)
        cursor_line(b, row);
    row++;
    if (row < b->height)
        last_line(b, row, footer);
}

/* Views by name only: no sliders, and a header if there is room for one. */
static void views_screen(struct sheet_builder *b, const char *const *only)
{
    struct area body = {.width = b->width, .height = b->height};
    if (b->height >= 8 && b->width >= 40) {
        header(b);
        body.row = 1;
        body.height--;
    }
    sheet_dashboard(b, &body, only);
}

void sheet_build(const struct snapshot *snapshot, int width, int height, const char *const *only,
                 const char *footer, struct arena *arena, struct sheet *out)
{
    *out = (struct sheet){.width = width, .height = height};
    if (only == NULL && (width < SHEET_MIN_WIDTH || height < SHEET_MIN_HEIGHT)) {
        out->too_small = say(arena, "cusp needs %dx%d cells; this is %dx%d", SHEET_MIN_WIDTH,
                             SHEET_MIN_HEIGHT, width, height);
        return;
    }
    struct sheet_builder b = {
        .snapshot = snapshot, .arena = arena, .width = width, .height = height};
    if (only != NULL) {
        views_screen(&b, only);
    } else if (snapshot->state.catalogue_open) {
        struct area body = {.row = 1, .width = width, .height = height - 2};
        sheet_catalogue(&b, &body);
        last_line(&b, height - 1, footer);
    } else {
        dashboard_screen(&b, footer);
    }
    out->placed = b.placed;
    out->n_placed = b.n_placed;
    out->strips = b.strips;
    out->n_strips = b.n_strips;
}
