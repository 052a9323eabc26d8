/* How a program is run over many points when it is known which variables vary: vector instructions
   over registers, split into what is done once, once a line and once a point. */
#ifndef CUSP_TAPE_PLAN_H
#define CUSP_TAPE_PLAN_H

#include "kernels.h"
#include "program_private.h"

/* On what a value depends: on neither axis, on one, on both. */
enum axis { AXIS_NONE = 0, AXIS_X = 1, AXIS_Y = 2, AXIS_BOTH = 3 };

/* Operands are slots of a table of addresses, in this order: registers, the variable of x or those
   that vary, the variable of y, outputs, tables along y, scalars. */
struct plan_step {
    void (*run)(double *out, const double *a, const double *b, const double *c, size_t n,
                int exponent);
    uint32_t out, args[3];
    int exponent;
};

struct plan_code {
    struct plan_step *steps;
    size_t n, capacity;
};

struct plan {
    uint64_t signature; /* of the program; 0: an unused plan */
    const struct kernel_set *kernels;
    unsigned char *axes; /* [n_variables] of enum axis: the key beside the two above */
    size_t n_variables;
    uint64_t last_used;

    uint32_t *once; /* program steps that depend on no axis, in order */
    size_t n_once;
    struct plan_code along_y, along_x, inner; /* inner: only if both axes vary */

    size_t n_registers;
    uint32_t *inputs; /* variables that vary along x, one slot each */
    size_t n_inputs;
    size_t n_outputs;
    uint32_t *tables; /* values along y that the inner code reads as scalars */
    size_t n_tables;
    uint32_t *scalars; /* values read as scalars */
    size_t n_scalars, scalars_capacity;
    uint32_t y_variable; /* the variable of AXIS_Y, or UINT32_MAX */
};

static inline uint32_t plan_input_slot(const struct plan *plan, size_t i)
{
    return (uint32_t)(plan->n_registers + i);
}

static inline uint32_t plan_y_slot(const struct plan *plan)
{
    return (uint32_t)(plan->n_registers + plan->n_inputs);
}

static inline uint32_t plan_output_slot(const struct plan *plan, size_t i)
{
    return (uint32_t)(plan->n_registers + plan->n_inputs + 1 + i);
}

static inline uint32_t plan_table_slot(const struct plan *plan, size_t i)
{
    return (uint32_t)(plan->n_registers + plan->n_inputs + 1 + plan->n_outputs + i);
}

static inline uint32_t plan_scalar_slot(const struct plan *plan, size_t i)
{
    return (uint32_t)(plan->n_registers + plan->n_inputs + 1 + plan->n_outputs + plan->n_tables +
                      i);
}

static inline size_t plan_n_slots(const struct plan *plan)
{
    return plan_scalar_slot(plan, plan->n_scalars);
}

/* axes: [n_variables] of enum axis, at most one AXIS_Y and none AXIS_BOTH. */
void plan_make(struct plan *plan, const struct program *program, const struct kernel_set *kernels,
               const unsigned char *axes);
void plan_done(struct plan *plan);

/* One vector instruction before its operands have places. */
struct draft {
    enum kernel_op op;
    int exponent;
    uint32_t out, args[3]; /* values of the program */
    int n_args;
};

/* The draft of program step i, with steps that only it uses and that depend on the same axes drawn
   into it; those are marked in absorbed[n_steps]. axes: [values]. */
struct draft plan_fuse(const struct program *program, size_t i, const unsigned char *axes,
                       unsigned char *absorbed);

#endif
