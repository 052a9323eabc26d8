/* W0 in one dimension: roots isolated by intervals, whole intervals where K vanishes. */
#include "zeros_private.h"

#include <math.h>
#include <stdlib.h>

#include "cusp/mem.h"

enum {
    LINE_LEVEL = 26,       /* cells of 2^-26 of the box, then Newton decides */
    LINE_CELLS = 40000,    /* open cells at any one level */
    LINE_BISECTIONS = 1200 /* enough to halve any interval of doubles to nothing */
};

#define LINE_SAME 1e-9 /* in u: two roots nearer than this are one */
/* in u: cells of which samples may say that they are full. */
#define LINE_FULL_LEAST 2e-4
#define LINE_FULL_MOST 0.02

/* An open cell of the subdivision, or a stretch of neighbouring ones. */
struct stretch {
    double low, high;
};

struct line {
    struct zeros_problem *p;
    struct stretch *open, *full;
    size_t n_open, open_capacity, n_full, full_capacity;
    double *root;
    size_t n_root, root_capacity;
    struct interval *bounds;
    double *f;
};

static void add_root(struct line *l, double x)
{
    MEM_GROW(l->root, l->n_root, l->root_capacity);
    l->root[l->n_root++] = x;
}

static void add_stretch(struct stretch **list, size_t *n, size_t *capacity, struct stretch cell)
{
    struct stretch *last = *n > 0 ? &(*list)[*n - 1] : NULL;
    if (last != NULL && last->high >= cell.low && last->low <= cell.high) {
        last->low = fmin(last->low, cell.low);
        last->high = fmax(last->high, cell.high);
        return;
    }
    MEM_GROW(*list, *n, *capacity);
    (*list)[(*n)++] = cell;
}

static double generator(struct line *l, const struct zeros_system *s, size_t i, double x)
{
    program_point(s->value, l->p->space, &x, l->f);
    return l->f[i];
}

/* Generator i is monotone on the cell: bisects if its sign changes there. False if the root found
   is flat, so that a zero computed is no zero found. */
static bool bisect(struct line *l, const struct zeros_system *s, size_t i, struct stretch cell)
{
    double low = cell.low, high = cell.high;
    double f_low = generator(l, s, i, low), f_high = generator(l, s, i, high);
    if ((f_low > 0 && f_high > 0) || (f_low < 0 && f_high < 0))
        return true;
    for (int k = 0; k < LINE_BISECTIONS && f_low != 0 && f_high != 0; k++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        double f = generator(l, s, i, middle);
        bool left = (f > 0) == (f_low > 0) && f != 0;
        if (left) {
            low = middle;
            f_low = f;
        } else {
            high = middle;
            f_high = f;
        }
    }
    double x = fabs(f_low) <= fabs(f_high) ? low : high;
    if (!zeros_is_zero(l->p, &x))
        return true;
    if (zeros_rank(l->p, s, &x) == 0)
        return false;
    add_root(l, x);
    return true;
}

enum fate { FATE_NONE, FATE_DONE, FATE_OPEN };

/* Zeros throughout that intervals cannot see, as of |w| + w: three odd places of the cell vanish.
 */
static bool vanishes_throughout(struct line *l, struct stretch cell)
{
    static const double place[] = {0, 1, 0.31830989, 0.57721566, 0.83462684};
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
        double x = cell.low + place[i] * (cell.high - cell.low);
        if (!zeros_vanishes(l->p, &x))
            return false;
    }
    return true;
}

/* A small cell may look full only because K is flat there; beside a larger full one it is not
   alone. */
static bool may_be_full(const struct line *l, struct stretch cell)
{
    double size = (cell.high - cell.low) / l->p->side[0];
    if (size > LINE_FULL_LEAST)
        return size < LINE_FULL_MOST;
    for (size_t i = 0; i < l->n_full; i++)
        if (cell.high >= l->full[i].low && cell.low <= l->full[i].high)
            return true;
    return false;
}

static enum fate judge(struct line *l, const struct zeros_system *s, struct stretch cell)
{
    struct interval box = interval_of(cell.low, cell.high);
    bool full = true;
    if (s->n > 0)
        program_interval(s->with_slope, l->p->space, &box, l->bounds);
    for (size_t i = 0; i < s->n; i++) {
        struct interval f = l->bounds[i];
        if (f.low > 0 || f.high < 0)
            return FATE_NONE;
        full = full && f.low == 0 && f.high == 0 && f.defined;
    }
    if ((full || may_be_full(l, cell)) && vanishes_throughout(l, cell)) {
        add_stretch(&l->full, &l->n_full, &l->full_capacity, cell);
        return FATE_DONE;
    }
    for (size_t i = 0; i < s->n; i++) {
        struct interval f = l->bounds[i], slope = l->bounds[s->n + i];
        if (f.defined && slope.defined && (slope.low > 0 || slope.high < 0)) {
            return bisect(l, s, i, cell) ? FATE_DONE : FATE_OPEN;
        }
    }
    return FATE_OPEN;
}

static int compare_stretches(const void *a, const void *b)
{
    double x = ((const struct stretch *)a)->low, y = ((const struct stretch *)b)->low;
    return (x > y) - (x < y);
}

static void merge_stretches(struct stretch *list, size_t *n)
{
    size_t kept = 0;
    if (*n == 0)
        return;
    qsort(list, *n, sizeof *list, compare_stretches);
    for (size_t i = 1; i < *n; i++) {
        if (list[i].low <= list[kept].high)
            list[kept].high = fmax(list[kept].high, list[i].high);
        else
            list[++kept] = list[i];
    }
    *n = kept + 1;
}

/* Splits the box level by level; what stays open at the end is left in l->open. */
static void isolate(struct line *l, const struct zeros_system *s)
{
    struct zeros_problem *p = l->p;
    struct stretch *now = mem_new(1, sizeof *now);
    size_t n = 1;
    now[0] = (struct stretch){p->low[0], p->high[0]};
    for (int level = 0; level <= LINE_LEVEL && n > 0; level++) {
        struct stretch *next = NULL;
        size_t n_next = 0, capacity = 0;
        if (n > LINE_CELLS || zeros_stopped(p)) {
            p->why = "more zeros than are searched for";
            break;
        }
        for (size_t i = 0; i < n; i++) {
            if (judge(l, s, now[i]) != FATE_OPEN)
                continue;
            double middle = now[i].low + (now[i].high - now[i].low) / 2;
            for (int half = 0; half < 2; half++) {
                MEM_GROW(next, n_next, capacity);
                next[n_next++] = half == 0 ? (struct stretch){now[i].low, middle}
                                           : (struct stretch){middle, now[i].high};
            }
        }
        mem_free(now);
        now = next;
        n = n_next;
    }
    for (size_t i = 0; i < n; i++)
        add_stretch(&l->open, &l->n_open, &l->open_capacity, now[i]);
    mem_free(now);
}

/* A stretch that intervals could not decide: a multiple root, or none. Newton on the system, and on
   its derivatives where that is more accurate. */
static void resolve(struct line *l, size_t system, struct stretch cell)
{
    struct zeros_problem *p = l->p;
    double middle = cell.low + (cell.high - cell.low) / 2;
    double reach = (cell.high - cell.low) + LINE_SAME * p->side[0];
    double best = middle;
    bool found = false;
    for (size_t next = system; next < p->n_systems;) {
        const struct zeros_system *s = p->systems[next];
        double x = best;
        if (zeros_newton(p, s, &x) && x >= cell.low - reach && x <= cell.high + reach) {
            best = x;
            found = true;
        }
        if (found && zeros_rank(p, s, &best) > 0)
            break;
        size_t deeper = zeros_deflate(p, s);
        if (deeper <= next)
            break;
        next = deeper;
    }
    if (!found)
        found = zeros_is_zero(p, &best);
    if (found)
        add_root(l, best);
}

/* The end of a stretch of zeros, between `in` (a zero) and `out` (none, or the box's end). */
static double find_end(struct line *l, double in, double out)
{
    for (int k = 0; k < LINE_BISECTIONS; k++) {
        double middle = in + (out - in) / 2;
        if (middle == in || middle == out)
            break;
        if (zeros_vanishes(l->p, &middle))
            in = middle;
        else
            out = middle;
    }
    return zeros_vanishes(l->p, &out) ? out : in;
}

/* Full stretches end within the open ones beside them. */
static void extend_full(struct line *l)
{
    struct zeros_problem *p = l->p;
    double cell = p->side[0] * ldexp(1, -LINE_LEVEL);
    merge_stretches(l->full, &l->n_full);
    for (size_t i = 0; i < l->n_full; i++) {
        struct stretch *f = &l->full[i];
        f->low = find_end(l, f->low, fmax(f->low - 4 * cell, p->low[0]));
        f->high = find_end(l, f->high, fmin(f->high + 4 * cell, p->high[0]));
    }
    merge_stretches(l->full, &l->n_full);
}

static bool in_full(const struct line *l, double x)
{
    double near = LINE_SAME * l->p->side[0];
    for (size_t i = 0; i < l->n_full; i++)
        if (x >= l->full[i].low - near && x <= l->full[i].high + near)
            return true;
    return false;
}

static void deliver(struct line *l, struct zero_set *out)
{
    struct zeros_problem *p = l->p;
    double last = -INFINITY;
    struct zeros_path path;
    zeros_path_init(&path, 1);
    for (size_t i = 0; i < l->n_full; i++) {
        zeros_path_add(&path, &l->full[i].low, false);
        zeros_path_add(&path, &l->full[i].high, false);
        zeros_result_add(p, out, &path, 1, false);
    }
    if (l->n_root > 0)
        qsort(l->root, l->n_root, sizeof *l->root, zeros_compare);
    for (size_t i = 0; i < l->n_root; i++) {
        if (l->root[i] - last <= LINE_SAME * p->side[0] || in_full(l, l->root[i]))
            continue;
        last = l->root[i];
        zeros_path_add(&path, &last, false);
        zeros_result_add(p, out, &path, 0, false);
    }
    zeros_path_done(&path);
}

enum status zeros_line(struct zeros_problem *p, struct zero_set *out)
{
    struct line l = {.p = p};
    for (size_t k = 0; k < p->n_systems && p->systems[k]->depth == 0; k++) {
        const struct zeros_system *s = p->systems[k];
        l.bounds = mem_new(2 * s->n + 1, sizeof *l.bounds);
        l.f = mem_new(s->n + 1, sizeof *l.f);
        l.n_open = 0;
        isolate(&l, s);
        for (size_t i = 0; i < l.n_open && !zeros_stopped(p); i++)
            resolve(&l, k, l.open[i]);
        mem_free(l.bounds);
        mem_free(l.f);
    }
    extend_full(&l);
    deliver(&l, out);
    mem_free(l.open);
    mem_free(l.full);
    mem_free(l.root);
    return cancel_wanted(p->cancel) ? ST_CANCELLED : ST_OK;
}
