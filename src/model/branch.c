/* Best-first subdivision of the box by interval bounds: finds small pockets that samples miss. */
#include "model_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

struct branch_box {
    double bound; /* no value in the box is less; −∞ where the function may be undefined */
    double *low, *high;
};

/* A heap with the least bound on top; boxes live in one block of memory. */
struct branch_heap {
    struct branch_box *boxes;
    size_t count;
    size_t dim;
};

static void heap_push(struct branch_heap *heap, struct branch_box box)
{
    size_t i = heap->count++;
    while (i > 0 && heap->boxes[(i - 1) / 2].bound > box.bound) {
        heap->boxes[i] = heap->boxes[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap->boxes[i] = box;
}

static struct branch_box heap_pop(struct branch_heap *heap)
{
    struct branch_box top = heap->boxes[0], last = heap->boxes[--heap->count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= heap->count)
            break;
        if (child + 1 < heap->count && heap->boxes[child + 1].bound < heap->boxes[child].bound)
            child++;
        if (heap->boxes[child].bound >= last.bound)
            break;
        heap->boxes[i] = heap->boxes[child];
        i = child;
    }
    heap->boxes[i] = last;
    return top;
}

static double box_bound(const struct program *program, struct program_space *space, size_t dim,
                        const struct branch_box *box)
{
    struct interval w[SYNTAX_MAX_PARAMS], value;
    for (size_t i = 0; i < dim; i++)
        w[i] = interval_of(box->low[i], box->high[i]);
    program_interval(program, space, w, &value);
    return !value.defined || isnan(value.low) || isinf(value.high) ? -INFINITY : value.low;
}

/* The side that is longest beside the model's own box. */
static size_t widest(const struct model *model, const struct branch_box *box)
{
    size_t best = 0;
    double most = -1;
    for (size_t i = 0; i < model->dim; i++) {
        double share =
            (box->high[i] - box->low[i]) / (model->params[i].high - model->params[i].low);
        if (share > most) {
            most = share;
            best = i;
        }
    }
    return best;
}

static void set_box(struct branch_box *box, double *place, size_t dim, const double *low,
                    const double *high)
{
    box->low = place;
    box->high = place + dim;
    memcpy(box->low, low, dim * sizeof *low);
    memcpy(box->high, high, dim * sizeof *high);
}

double branch_least(const struct model *model, const struct program *program,
                    struct program_space *space, double enough, size_t budget, double *at)
{
    size_t dim = model->dim, n_places = 0;
    double *places = mem_new(2 * budget + 2, 2 * dim * sizeof *places);
    struct branch_heap heap = {mem_new(2 * budget + 2, sizeof *heap.boxes), 0, dim};
    double middle[SYNTAX_MAX_PARAMS], low[SYNTAX_MAX_PARAMS], high[SYNTAX_MAX_PARAMS];
    double least = INFINITY, value;
    struct branch_box box;
    for (size_t i = 0; i < dim; i++) {
        low[i] = model->params[i].low;
        high[i] = model->params[i].high;
    }
    set_box(&box, places + 2 * dim * n_places++, dim, low, high);
    box.bound = box_bound(program, space, dim, &box);
    heap_push(&heap, box);
    for (size_t step = 0; step < budget && heap.count > 0; step++) {
        box = heap_pop(&heap);
        if (box.bound >= enough)
            break;
        for (size_t i = 0; i < dim; i++)
            middle[i] = box.low[i] + (box.high[i] - box.low[i]) / 2;
        program_point(program, space, middle, &value);
        if (!isfinite(value))
            value = -INFINITY;
        if (value < least) {
            least = value;
            memcpy(at, middle, dim * sizeof *at);
        }
        if (isinf(least) && least < 0)
            break;
        size_t side = widest(model, &box);
        struct branch_box left, right;
        set_box(&left, places + 2 * dim * n_places++, dim, box.low, box.high);
        set_box(&right, places + 2 * dim * n_places++, dim, box.low, box.high);
        left.high[side] = right.low[side] = middle[side];
        left.bound = box_bound(program, space, dim, &left);
        right.bound = box_bound(program, space, dim, &right);
        heap_push(&heap, left);
        heap_push(&heap, right);
    }
    mem_free(places);
    mem_free(heap.boxes);
    return least;
}
