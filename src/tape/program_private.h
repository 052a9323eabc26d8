/* The inside of a program, for the files of tape that evaluate it. */
#ifndef CUSP_TAPE_PROGRAM_PRIVATE_H
#define CUSP_TAPE_PROGRAM_PRIVATE_H

#include "cusp/rows.h"

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
    uint32_t *outputs;         /* values */
    uint32_t *n_uses;          /* [values], outputs counted */
    uint64_t signature;        /* equal for equal programs only, chance of 2^-64 aside */
    struct program_rows *rows; /* NULL: a plain program; else only the counts above are used */
};

/* What a program over rows repeats: a plain program whose last variables are the columns. */
struct program_rows {
    struct program *body;
    struct rows table; /* points into memory below */
    double *memory;
    const double **columns;
    bool summed;
    struct factored *factored; /* if summed */
};

struct plan_cache;
struct factored;

enum { N_FACTORED = 8 };

struct program_space {
    double *values; /* [capacity] one number a value */
    size_t n_values;
    uint64_t values_of; /* signature of the program whose constants stand in values */
    struct interval *boxes;
    size_t n_boxes;
    uint64_t boxes_of;
    struct plan_cache *plans;
    double *sums; /* staging of programs over rows */
    size_t n_sums;
    struct factored *factored[N_FACTORED]; /* of program_sum's last programs, latest first */
    const double **row_vars;               /* their variables */
    int *row_steps;
    double **row_outs;
    size_t n_row_vars, n_row_outs;
    const double **sum_ys; /* of a tile of a sum: variables along y */
    int *sum_steps;        /* of program_sum: all 1 */
    size_t n_sum_ys, n_sum_steps;
};

static inline size_t program_n_values(const struct program *program)
{
    return program->n_variables + program->n_consts + program->n_steps;
}

/* One number a value, with the program's constants in place. */
double *program_values(const struct program *program, struct program_space *space);

/* Computes step i from and into values. */
void program_scalar_step(const struct program *program, size_t i, double *values);

/* The evaluators of programs over rows, as the public ones. */
void rows_eval(const struct program *program, struct program_space *space,
               const double *const *vars, const int *step, size_t n_points, double *const *out);
void rows_eval_grid(const struct program *program, struct program_space *space, size_t vx,
                    size_t vy, const double *rest, const double *x, size_t nx, const double *y,
                    size_t ny, double *const *out);
void rows_point(const struct program *program, struct program_space *space, const double *w,
                double *out);
void rows_interval(const struct program *program, struct program_space *space,
                   const struct interval *w, struct interval *out);
void rows_free(struct program_rows *rows);

/* Room in the space for so many variables, outputs or numbers; what was there is lost. */
void rows_reserve_vars(struct program_space *space, size_t n);
double **rows_reserve_outs(struct program_space *space, size_t n);
double *rows_reserve_sums(struct program_space *space, size_t n);

/* A body prepared for summing: out_o = scale_o(w) Σ_r weight_r core_o(w, row r). */
struct factored *factored_new(const struct program *body, size_t n_free);
void factored_free(struct factored *factored);

/* vars[n_free], step[n_free] as for program_eval. */
void factored_sum(const struct factored *factored, struct program_space *space,
                  const double *const *vars, const int *step, size_t n_points,
                  const struct rows *rows, double *const *out);

struct plan_cache *plan_cache_new(void);
void plan_cache_free(struct plan_cache *cache);

#endif
