/* The catalogue: a list of models on the left, a live preview of the selected one on the right. */
#include "sheet_builder.h"

#include <string.h>

#include "view_text.h"
#include "cusp/text.h"

/* Columns after the name: λ, m, dimension. */
enum { LIST_NUMBERS = 14, LIST_MIN = 34, LIST_MAX = 46 };

static const struct catalogue_entry *selected_entry(const struct snapshot *snapshot)
{
    size_t row = snapshot->state.catalogue_row;
    if (snapshot->catalogue == NULL || row >= snapshot->n_catalogue_rows)
        return NULL;
    return &snapshot->catalogue->entries[snapshot->catalogue_rows[row]];
}

/* text and blanks up to exactly `width` columns. */
static const char *padded(struct arena *arena, const char *text, int width)
{
    const char *cut = say_cut(arena, text, width);
    return say(arena, "%s%*s", cut, width - (int)utf8_width(cut), "");
}

static const char *entry_text(const struct catalogue_entry *e, int width, struct arena *arena)
{
    const char *name = padded(arena, e->name, width - LIST_NUMBERS);
    if (e->error != NULL)
        return say(arena, "%s faulty", name);
    const char *lambda = e->rlct.den > 0 ? say_rat(arena, e->rlct) : "?";
    const char *m = e->multiplicity > 0 ? say(arena, "%ld", e->multiplicity) : "?";
    return say(arena, "%s %6s %2s %3zu", name, lambda, m, e->dim);
}

static void list(struct sheet_builder *b, int column, int row, int width, int height)
{
    const struct snapshot *snapshot = b->snapshot;
    size_t total = snapshot->n_catalogue_rows, selected = snapshot->state.catalogue_row;
    sheet_strip(b, column, row, width,
                say(b->arena, "%s %6s %2s %3s", padded(b->arena, "model", width - LIST_NUMBERS),
                    "λ", "m", "dim"),
                ROLE_DIM);
    row++;
    height--;
    if (height <= 0)
        return;
    if (total == 0) {
        sheet_strip(b, column, row, width,
                    snapshot->catalogue == NULL ? "no catalogue was found"
                                                : "nothing matches: Backspace",
                    ROLE_WARNING);
        return;
    }
    /* By whole pages, so that the list stands still while the selection walks. */
    size_t rows = (size_t)height, first = selected < total ? selected / rows * rows : 0;
    for (size_t i = 0; i < rows && first + i < total; i++) {
        const struct catalogue_entry *e =
            &snapshot->catalogue->entries[snapshot->catalogue_rows[first + i]];
        struct strip *strip = sheet_strip(b, column, row + (int)i, width,
                                          padded(b->arena, entry_text(e, width, b->arena), width),
                                          e->error != NULL ? ROLE_WARNING : ROLE_PLAIN);
        strip->reverse = strip->bold = first + i == selected;
        strip->action = say(b->arena, "model %s", e->name);
    }
}

/* What the entry is in words; the model itself, when it is there, adds where it comes from. */
static void text_panel(struct sheet_builder *b, const struct catalogue_entry *e,
                       const struct model *model, const struct area *area)
{
    struct arena *arena = b->arena;
    struct line_list lines = {.arena = arena};
    int width = say_room(area);
    if (e->error != NULL)
        line_list_wrap(&lines, e->error, width, ROLE_WARNING);
    if (e->formula[0] != '\0')
        line_list_wrap(&lines, e->formula, width, ROLE_SINGULAR);
    if (e->about[0] != '\0')
        line_list_wrap(&lines, e->about, width, ROLE_PLAIN);
    if (model != NULL && model->cite[0] != '\0')
        line_list_wrap(&lines, say(arena, "from: %s", model->cite), width, ROLE_DIM);
    const char *lambda = e->rlct.den > 0 ? say_rat(arena, e->rlct) : "not claimed";
    const char *m = e->multiplicity > 0 ? say(arena, ", m = %ld", e->multiplicity) : "";
    struct figure *figure = arena_new(arena, 1, sizeof *figure);
    *figure = (struct figure){
        .kind = FIGURE_TEXT,
        .title = SAY_FIT(arena, area, e->title[0] != '\0' ? e->title : e->name, e->name),
        .note = SAY_FIT(arena, area,
                        say(arena, "%s, %zu parameter%s: λ = %s%s; a regular model has d/2 = %s",
                            model_kind_name(e->kind), e->dim, e->dim == 1 ? "" : "s", lambda, m,
                            say_half(arena, e->dim)),
                        say(arena, "%zu parameter%s: λ = %s%s; a regular model has d/2 = %s",
                            e->dim, e->dim == 1 ? "" : "s", lambda, m, say_half(arena, e->dim)),
                        say(arena, "λ = %s%s against d/2 = %s", lambda, m, say_half(arena, e->dim)),
                        say(arena, "λ = %s%s", lambda, m)),
        .lines = lines.items,
        .n_lines = lines.count,
    };
    sheet_figure(b, figure, area);
}

static int text_rows(const struct catalogue_entry *e, const struct model *model, int width)
{
    size_t columns = width > 4 ? (size_t)width - 4 : 1;
    size_t rows = 2 + 1 + utf8_width(e->formula) / columns + 1 + utf8_width(e->about) / columns + 1;
    if (model != NULL && model->cite[0] != '\0')
        rows += 1 + (utf8_width(model->cite) + 6) / columns;
    return rows > 12 ? 12 : (int)rows;
}

static void preview(struct sheet_builder *b, const struct area *area)
{
    const struct catalogue_entry *e = selected_entry(b->snapshot);
    if (e == NULL || area->width < 12 || area->height < 3)
        return;
    bool live = b->snapshot->n_sides > 0 && strcmp(b->snapshot->sides[0].model->name, e->name) == 0;
    const struct model *model = live ? b->snapshot->sides[0].model : NULL;
    struct area words = *area, picture = *area;
    words.height = text_rows(e, model, area->width);
    if (words.height > area->height - 6)
        words.height = area->height >= 13 ? area->height - 6 : area->height;
    picture.height -= words.height;
    text_panel(b, e, model, &words);
    picture.row += words.height;
    if (!live || picture.height < 4)
        return;
    const struct view *landscape = view_find("landscape"), *posterior = view_find("posterior");
    /* Of a statistical model what it predicts says more at first sight than K. */
    if (view_find("predictive")->applies(b->snapshot, 0))
        landscape = view_find("predictive");
    if (picture.width >= 96) {
        picture.width = area->width / 2;
        sheet_view(b, posterior, 0, &picture);
        picture.column += picture.width;
        picture.width = area->width - picture.width;
        sheet_view(b, landscape, 0, &picture);
    } else if (picture.height >= 26) {
        picture.height /= 2;
        sheet_view(b, posterior, 0, &picture);
        picture.row += picture.height;
        picture.height = area->height - words.height - picture.height;
        sheet_view(b, landscape, 0, &picture);
    } else {
        sheet_view(b, posterior, 0, &picture);
    }
}

void sheet_catalogue(struct sheet_builder *b, const struct area *body)
{
    const struct snapshot *snapshot = b->snapshot;
    sheet_strip(b, 1, 0, 4, "cusp", ROLE_PLAIN)->bold = true;
    static const char *const leads[] = {
        ("Models whose true parameters are more than a point. Pick one: ↑↓ choose, Enter opens, "
         "type to filter, : your own K"),
        "Pick a model: ↑↓ choose, Enter opens, type to filter, : your own K",
        "Pick: ↑↓, Enter; type to filter; : your own K",
    };
    size_t lead = 0;
    while (lead < 2 && 8 + (int)utf8_width(leads[lead]) > b->width)
        lead++;
    sheet_strip(b, 7, 0, b->width - 8, leads[lead], ROLE_PLAIN);
    int width = b->width * 2 / 5;
    width = width < LIST_MIN ? LIST_MIN : (width > LIST_MAX ? LIST_MAX : width);
    if (width > b->width - 26)
        width = b->width - 26;
    size_t total = snapshot->catalogue != NULL ? snapshot->catalogue->n_entries : 0;
    const char *filter = snapshot->state.filter[0] != '\0'
                             ? say(b->arena, "filter: %s▏ %zu of %zu", snapshot->state.filter,
                                   snapshot->n_catalogue_rows, total)
                             : say(b->arena, "%zu models; K ≥ 0, W0 where K = 0", total);
    sheet_strip(b, 1, 1, width - 2, filter, ROLE_DIM);
    list(b, 1, 2, width - 2, body->height - 1);
    struct area right = {
        .column = width, .row = body->row, .width = b->width - width, .height = body->height};
    preview(b, &right);
}
