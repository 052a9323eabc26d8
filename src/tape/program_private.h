/* The inside of a program, for the files of tape that evaluate it. */
#ifndef CUSP_TAPE_PROGRAM_PRIVATE_H
#define CUSP_TAPE_PROGRAM_PRIVATE_H

#include "cusp/program.h"

#include <stdint.h>

/* Every step makes one value. Values are numbered: variables, then constants, then steps. */
struct program_step {
    enum op op;
    int exponent;
    uint32_t args[3]; /* values made before */
};

struct program {
    size_t n_variables, n_consts, n_steps, n_outputs;
    double *consts;
    struct interval *const_boxes;
    struct program_step *steps;
    uint32_t *outputs;  /* values */
    uint32_t *n_uses;   /* [values], outputs counted */
    uint64_t signature; /* equal for equal programs only, chance of 2^-64 aside */
};

struct plan_cache;

struct program_space {
    double *values; /* [capacity] one number a value */
    size_t n_values;
    uint64_t values_of; /* signature of the program whose constants stand in values */
    struct interval *boxes;
    size_t n_boxes;
    uint64_t boxes_of;
    struct plan_cache *plans;
};

static inline size_t program_n_values(const struct program *program)
{
    return program->n_variables + program->n_consts + program->n_steps;
}

/* One number a value, with the program's constants in place. */
double *program_values(const struct program *program, struct program_space *space);

/* Computes step i from and into values. */
void program_scalar_step(const struct program *program, size_t i, double *values);

struct plan_cache *plan_cache_new(void);
void plan_cache_free(struct plan_cache *cache);

#endif
