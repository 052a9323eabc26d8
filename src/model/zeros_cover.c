/* Covers {F = 0} with cells: subdivision by interval evaluation, so that no piece is missed. */
#include "zeros_private.h"

#include <string.h>

#include "cusp/mem.h"

/* What interval evaluation says about a cell. */
enum verdict { CELL_EMPTY, CELL_OPEN, CELL_FULL };

/* Bounds are the same expression of the place for neighbours, so that no gap opens between cells.
 */
static enum verdict judge(struct zeros_problem *p, const struct zeros_system *s, unsigned level,
                          const uint32_t *cell, struct interval *out)
{
    struct interval box[SYNTAX_MAX_PARAMS];
    double cells = (double)(UINT32_C(1) << level);
    bool full = true;
    if (s->n == 0)
        return CELL_FULL;
    for (size_t v = 0; v < p->dim; v++) {
        double low = p->low[v] + p->side[v] * (cell[v] / cells);
        double high = p->low[v] + p->side[v] * ((cell[v] + 1) / cells);
        if ((double)cell[v] + 1 >= cells)
            high = p->high[v];
        box[v] = interval_of(low, high > low ? high : low);
    }
    program_interval(s->value, p->space, box, out);
    for (size_t i = 0; i < s->n; i++) {
        if (out[i].low > 0 || out[i].high < 0)
            return CELL_EMPTY;
        full = full && out[i].low == 0 && out[i].high == 0 && out[i].defined;
    }
    return full ? CELL_FULL : CELL_OPEN;
}

static void push(uint32_t **list, size_t *n, size_t *capacity, size_t width, const uint32_t *item)
{
    if (*n == *capacity) {
        *capacity = *capacity ? 2 * *capacity : 64;
        *list = mem_resize(*list, *capacity * width, sizeof **list);
    }
    memcpy(*list + *n * width, item, width * sizeof *item);
    ++*n;
}

void zeros_cover_find(struct zeros_problem *p, const struct zeros_system *s, unsigned max_level,
                      size_t max_cells, struct zeros_cover *out)
{
    size_t d = p->dim, full_capacity = 0, next_capacity = 0;
    struct interval *bounds = mem_new(s->n + 1, sizeof *bounds);
    uint32_t item[1 + SYNTAX_MAX_PARAMS] = {0}, *child = item + 1;
    *out = (struct zeros_cover){.dim = d, .cell = mem_new(d, sizeof *out->cell), .n = 1};
    for (unsigned level = 0; level <= max_level && out->n > 0; level++) {
        /* Level 0 judges the box itself; every other splits each cell in 2^d. */
        size_t children = level == 0 ? 1 : (size_t)1 << d, n = 0;
        uint32_t *next = NULL;
        next_capacity = 0;
        for (size_t i = 0; i < out->n && n <= max_cells && !zeros_stopped(p); i++)
            for (size_t k = 0; k < children; k++) {
                for (size_t v = 0; v < d; v++)
                    child[v] = level == 0 ? 0 : 2 * out->cell[i * d + v] + (uint32_t)((k >> v) & 1);
                enum verdict verdict = judge(p, s, level, child, bounds);
                item[0] = level;
                if (verdict == CELL_FULL)
                    push(&out->full, &out->n_full, &full_capacity, 1 + d, item);
                else if (verdict == CELL_OPEN)
                    push(&next, &n, &next_capacity, d, child);
            }
        if (n > max_cells && level > 0) {
            /* Too many: stay with the coarser cells, and drop the full ones found inside them. */
            while (out->n_full > 0 && out->full[(out->n_full - 1) * (1 + d)] == level)
                out->n_full--;
            mem_free(next);
            break;
        }
        mem_free(out->cell);
        out->cell = next;
        out->n = n;
        out->level = level;
    }
    mem_free(bounds);
}

void zeros_cover_done(struct zeros_cover *cover)
{
    mem_free(cover->cell);
    mem_free(cover->full);
    *cover = (struct zeros_cover){0};
}
