/* A program over one box: step by step through an array of enclosures. */
#include "interval_private.h"
#include "program_private.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

static struct interval *program_boxes(const struct program *program, struct program_space *space)
{
    if (space->boxes_of != program->signature) {
        size_t n_values = program_n_values(program);
        if (space->n_boxes <= n_values) {
            mem_free(space->boxes);
            space->n_boxes = n_values + 1;
            space->boxes = mem_new(space->n_boxes, sizeof *space->boxes);
        }
        memcpy(space->boxes + program->n_variables, program->const_boxes,
               program->n_consts * sizeof *program->const_boxes);
        space->boxes_of = program->signature;
    }
    return space->boxes;
}

static inline void set_both(struct interval *out, struct ends ends, const struct interval *a,
                            const struct interval *b)
{
    /* A NaN comes only of infinite ends, where nothing is known. */
    out->low = ends.low == ends.low ? ends.low : -INFINITY;
    out->high = ends.high == ends.high ? ends.high : INFINITY;
    out->defined = a->defined && b->defined;
    out->kink = a->kink || b->kink;
}

/* The operations of polynomials in line, the others by interval_apply. */
static inline void apply_step(const struct program_step *step, const struct interval *boxes,
                              struct interval *out)
{
    const struct interval *a = &boxes[step->args[0]], *b = &boxes[step->args[1]];
    if (step->op == OP_MUL) {
        set_both(out, interval_multiply(a->low, a->high, b->low, b->high), a, b);
    } else if (step->op == OP_ADD) {
        set_both(out, interval_add(a->low, a->high, b->low, b->high), a, b);
    } else if (step->op == OP_SUB) {
        set_both(out, interval_add(a->low, a->high, -b->high, -b->low), a, b);
    } else if (step->op == OP_POWI && step->exponent == 2) {
        set_both(out, interval_square(a->low, a->high), a, a);
    } else if (step->op == OP_POWI && step->exponent == 3) {
        set_both(out, interval_cube(a->low, a->high), a, a);
    } else {
        interval_apply(step->op, step->exponent, a, b, &boxes[step->args[2]], out);
    }
}

void program_interval(const struct program *program, struct program_space *space,
                      const struct interval *w, struct interval *out)
{
    if (program->rows) {
        rows_interval(program, space, w, out);
        return;
    }
    struct interval *boxes = program_boxes(program, space);
    for (size_t v = 0; v < program->n_variables; v++) {
        boxes[v] = w[v];
    }
    struct interval *made = boxes + program->n_variables + program->n_consts;
    const struct program_step *step = program->steps, *end = step + program->n_steps;
    for (; step < end; step++) {
        apply_step(step, boxes, made++);
    }
    for (size_t o = 0; o < program->n_outputs; o++) {
        out[o] = boxes[program->outputs[o]];
    }
}
