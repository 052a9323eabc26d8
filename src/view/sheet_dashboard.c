/* The dashboard: which panels a size has room for, and where they stand. */
#include "sheet_builder.h"

#include <string.h>

/* One row of panels: `own` of them a model, then `shared` ones. With two models a row has one kind
   only, and own panels repeat in the second model's column at the same place. */
struct plan_row {
    int own, shared;
    int weight; /* share of the height */
};

struct plan {
    bool compare;
    int min_width, min_height; /* of the body */
    struct plan_row rows[4];   /* ends with an empty row */
};

/* The first that fits is taken. The last of each kind has one panel for all views in turn. */
static const struct plan plans[] = {
    {true, 170, 44, {{2, 0, 6}, {3, 0, 4}, {0, 3, 4}}},
    {true, 150, 38, {{2, 0, 6}, {2, 0, 4}, {0, 2, 4}}},
    {true, 110, 28, {{1, 0, 6}, {2, 0, 4}, {0, 1, 4}}},
    {true, 60, 34, {{1, 0, 5}, {1, 0, 4}, {0, 1, 4}}},
    {true, 60, 16, {{1, 0, 6}, {0, 1, 4}}},
    {true, 0, 0, {{1, 0, 1}}},
    {false, 170, 44, {{2, 0, 6}, {2, 2, 4}, {1, 2, 4}}},
    {false, 100, 40, {{2, 0, 6}, {1, 1, 4}, {1, 1, 4}}},
    {false, 100, 24, {{2, 0, 6}, {1, 2, 4}}},
    {false, 76, 17, {{2, 0, 6}, {1, 1, 4}}},
    {false, 60, 16, {{1, 0, 6}, {0, 1, 4}}},
    {false, 0, 0, {{1, 0, 1}}},
};

enum { VIEWS_MAX = 64 };

struct view_list {
    const struct view *items[VIEWS_MAX];
    size_t count;
};

/* The views a dashboard shows: own ones and shared ones, in menu order. */
struct offer {
    struct view_list own, shared;
};

static void push_view(struct view_list *list, const struct view *view)
{
    if (list->count < VIEWS_MAX)
        list->items[list->count++] = view;
}

static bool applies_anywhere(const struct snapshot *snapshot, const struct view *view)
{
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        if (view->applies(snapshot, s))
            return true;
    }
    return false;
}

static void collect_offer(const struct snapshot *snapshot, struct offer *out)
{
    *out = (struct offer){0};
    for (size_t i = 0; views[i] != NULL; i++) {
        if (views[i]->topic == TOPIC_POSTERIOR && applies_anywhere(snapshot, views[i]))
            push_view(views[i]->shared ? &out->shared : &out->own, views[i]);
    }
}

static const struct plan *choose_plan(bool compare, int width, int height)
{
    const struct plan *last = plans;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        if (plans[i].compare != compare)
            continue;
        last = &plans[i];
        if (width >= last->min_width && height >= last->min_height)
            break;
    }
    return last;
}

static void plan_slots(const struct plan *plan, size_t *own, size_t *shared)
{
    *own = *shared = 0;
    for (size_t i = 0; i < sizeof plan->rows / sizeof plan->rows[0]; i++) {
        *own += (size_t)plan->rows[i].own;
        *shared += (size_t)plan->rows[i].shared;
    }
}

static size_t pages_of(size_t count, size_t slots)
{
    return slots == 0 || count == 0 ? 1 : (count + slots - 1) / slots;
}

/* One slot for everything: shared views take their turn after the own ones. */
static void merge_offer(struct offer *offer)
{
    for (size_t i = 0; i < offer->shared.count; i++)
        push_view(&offer->own, offer->shared.items[i]);
    offer->shared.count = 0;
}

/* The views of one page, `slots` of them at most; the last page is filled up from the first, so
   that panels keep their places. */
static void page_views(const struct view_list *all, size_t slots, size_t page,
                       struct view_list *out)
{
    out->count = 0;
    if (all->count == 0)
        return;
    size_t first = page % pages_of(all->count, slots) * slots;
    for (size_t i = 0; i < slots && i < all->count; i++)
        push_view(out, all->items[(first + i) % all->count]);
}

/* A view that has the focus is always on the screen: if the page lacks it, it takes the last place,
   so that the greater pictures stay. */
static void bring_focus(const struct view_list *all, const char *focus, struct view_list *page)
{
    const struct view *wanted = NULL;
    for (size_t i = 0; i < all->count; i++)
        wanted = strcmp(all->items[i]->name, focus) == 0 ? all->items[i] : wanted;
    for (size_t i = 0; i < page->count; i++)
        wanted = page->items[i] == wanted ? NULL : wanted;
    if (wanted != NULL && page->count > 0)
        page->items[page->count - 1] = wanted;
}

/* --- placing --- */

/* Splits `length` into parts by weight; the parts sum to it. */
static void split(int length, const int *weight, size_t count, int *part)
{
    int total = 0, sum = 0, used = 0;
    for (size_t i = 0; i < count; i++)
        total += weight[i] > 0 ? weight[i] : 1;
    for (size_t i = 0; i < count; i++) {
        sum += weight[i] > 0 ? weight[i] : 1;
        int end = (int)((long)length * sum / total);
        part[i] = end - used;
        used = end;
    }
}

/* Panels side by side over an area; own ones of `side`. */
static void place_row(struct sheet_builder *b, const struct area *area,
                      const struct view_list *list, size_t side)
{
    int weight[VIEWS_MAX] = {0}, part[VIEWS_MAX];
    struct area at = *area;
    for (size_t i = 0; i < list->count; i++)
        weight[i] = list->items[i]->weight;
    split(area->width, weight, list->count, part);
    for (size_t i = 0; i < list->count; i++) {
        at.width = part[i];
        sheet_view(b, list->items[i], list->items[i]->shared ? 0 : side, &at);
        at.column += part[i];
    }
}

static bool contains(const struct view_list *list, const struct view *view)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == view)
            return true;
    }
    return false;
}

/* The row as a side shows it: what has nothing to show of that model gives its place to the first
   view that has, and that is not on the page; page takes it in. */
static void fit_side(const struct snapshot *snapshot, struct view_list *page, size_t side,
                     struct view_list *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->items[i]->applies(snapshot, side))
            continue;
        for (size_t v = 0; views[v] != NULL; v++) {
            if (views[v]->shared || !views[v]->applies(snapshot, side) ||
                contains(page, views[v]) || contains(row, views[v]))
                continue;
            row->items[i] = views[v];
            push_view(page, views[v]);
            break;
        }
    }
}

/* One row: with two models, own panels stand twice, as wide in both columns. pages: the own
   panels of all rows, for each side; NULL: those of the list stand whatever they have to show. */
static void place_both(struct sheet_builder *b, const struct area *area,
                       const struct view_list *list, struct view_list pages[SIDES_MAX])
{
    bool shared = list->count > 0 && list->items[0]->shared;
    if (b->snapshot->n_sides < 2 || shared) {
        place_row(b, area, list, 0);
        return;
    }
    struct area half = *area;
    half.width = area->width / 2;
    for (size_t side = 0; side < 2; side++) {
        struct view_list row = *list;
        if (pages != NULL)
            fit_side(b->snapshot, &pages[side], side, &row);
        place_row(b, &half, &row, side);
        half.column += area->width - half.width;
    }
}

static size_t take(const struct view_list *from, size_t at, int count, struct view_list *to)
{
    for (int i = 0; i < count && at < from->count; i++)
        push_view(to, from->items[at++]);
    return at;
}

static void place_plan(struct sheet_builder *b, const struct area *body, const struct plan *plan,
                       const struct view_list *own, const struct view_list *shared)
{
    struct view_list rows[4] = {{.count = 0}};
    int weight[4], part[4];
    size_t n_rows = 0, at_own = 0, at_shared = 0;
    for (size_t i = 0; i < sizeof plan->rows / sizeof plan->rows[0]; i++) {
        struct view_list row = {.count = 0};
        size_t before = at_shared;
        struct view_list last = {.count = 0};
        at_shared = take(shared, at_shared, plan->rows[i].shared, &last);
        /* With one model, own views stand where there are no shared ones. */
        int spare = plan->compare ? 0 : plan->rows[i].shared - (int)(at_shared - before);
        at_own = take(own, at_own, plan->rows[i].own + spare, &row);
        take(&last, 0, plan->rows[i].shared, &row);
        if (row.count == 0)
            continue;
        weight[n_rows] = plan->rows[i].weight;
        rows[n_rows++] = row;
    }
    split(body->height, weight, n_rows, part);
    struct area area = *body;
    struct view_list pages[SIDES_MAX] = {*own, *own};
    for (size_t i = 0; i < n_rows; i++) {
        area.height = part[i];
        place_both(b, &area, &rows[i], pages);
        area.row += part[i];
    }
}

/* Just these views, one row each with two models, else in a grid near the shape of the body. */
static void place_all(struct sheet_builder *b, const struct area *body,
                      const struct view_list *list)
{
    if (list->count == 0)
        return;
    bool two = b->snapshot->n_sides > 1;
    size_t columns = 1;
    while (!two && columns * columns < list->count && body->width / (int)(columns + 1) >= 30)
        columns++;
    size_t n_rows = (list->count + columns - 1) / columns;
    int weight[VIEWS_MAX] = {0}, part[VIEWS_MAX];
    for (size_t i = 0; i < n_rows; i++)
        weight[i] = 1;
    split(body->height, weight, n_rows, part);
    struct area area = *body;
    for (size_t i = 0, at = 0; i < n_rows; i++) {
        struct view_list row = {.count = 0};
        at = take(list, at, (int)columns, &row);
        area.height = part[i];
        place_both(b, &area, &row, NULL);
        area.row += part[i];
    }
}

/* Views by name in the order asked for; the focused one if the screen is zoomed on it. */
static void named_views(const struct snapshot *snapshot, const char *const *only,
                        struct view_list *out)
{
    out->count = 0;
    for (size_t i = 0; only != NULL && only[i] != NULL; i++) {
        const struct view *view = view_find(only[i]);
        if (view != NULL)
            push_view(out, view);
    }
    if (only == NULL) {
        const struct view *view = view_find(snapshot->state.focus);
        push_view(out, view != NULL ? view : views[0]);
    }
}

/* Panels of a topic of its own are no smaller than this. */
enum { TOPIC_WIDTH = 48, TOPIC_HEIGHT = 11 };

/* The page of the focused view's topic that has it, if that is a topic of its own. */
static bool topic_views(const struct snapshot *snapshot, const struct area *body,
                        struct view_list *out)
{
    const struct view *focus = view_find(snapshot->state.focus);
    struct view_list all = {.count = 0};
    size_t at = 0;
    if (focus == NULL || focus->topic == TOPIC_POSTERIOR)
        return false;
    for (size_t i = 0; views[i] != NULL; i++) {
        if (views[i] == focus)
            at = all.count;
        if (views[i]->topic == focus->topic &&
            (views[i] == focus || applies_anywhere(snapshot, views[i])))
            push_view(&all, views[i]);
    }
    size_t columns = snapshot->n_sides > 1 || body->width < 2 * TOPIC_WIDTH ? 1 : 2;
    size_t rows = body->height < 2 * TOPIC_HEIGHT ? 1 : (size_t)body->height / TOPIC_HEIGHT;
    size_t slots = columns * rows;
    page_views(&all, slots, at / slots, out);
    return true;
}

static const struct plan *plan_page(const struct snapshot *snapshot, int width, int height,
                                    struct offer *offer, size_t *own_slots, size_t *shared_slots)
{
    collect_offer(snapshot, offer);
    const struct plan *plan = choose_plan(snapshot->n_sides > 1, width, height);
    plan_slots(plan, own_slots, shared_slots);
    if (*shared_slots == 0)
        merge_offer(offer);
    else if (!plan->compare && offer->shared.count < *shared_slots)
        *own_slots += *shared_slots - offer->shared.count;
    return plan;
}

void sheet_dashboard(struct sheet_builder *b, const struct area *body, const char *const *only)
{
    const struct snapshot *snapshot = b->snapshot;
    if (body->width <= 0 || body->height <= 0 || snapshot->n_sides == 0)
        return;
    if (only != NULL || snapshot->state.zoomed) {
        struct view_list list;
        named_views(snapshot, only, &list);
        place_all(b, body, &list);
        return;
    }
    struct view_list topic;
    if (topic_views(snapshot, body, &topic)) {
        place_all(b, body, &topic);
        return;
    }
    struct offer offer;
    size_t own_slots, shared_slots;
    const struct plan *plan =
        plan_page(snapshot, body->width, body->height, &offer, &own_slots, &shared_slots);
    struct view_list own, shared;
    page_views(&offer.own, own_slots, snapshot->state.page, &own);
    page_views(&offer.shared, shared_slots, snapshot->state.page, &shared);
    bring_focus(&offer.own, snapshot->state.focus, &own);
    bring_focus(&offer.shared, snapshot->state.focus, &shared);
    place_plan(b, body, plan, &own, &shared);
}

size_t sheet_pages(const struct snapshot *snapshot, int width, int height)
{
    struct offer offer;
    size_t own_slots, shared_slots;
    struct area body = sheet_body(snapshot, width, height, true);
    plan_page(snapshot, body.width, body.height, &offer, &own_slots, &shared_slots);
    size_t own = pages_of(offer.own.count, own_slots);
    size_t shared = pages_of(offer.shared.count, shared_slots);
    return own > shared ? own : shared;
}
