/* Running a plan over blocks of points: memory, slots and plans kept from call to call. */
#ifndef CUSP_TAPE_RUN_H
#define CUSP_TAPE_RUN_H

#include "plan.h"

/* One call under way. */
struct run {
    const struct program *program;
    struct plan *plan;
    struct plan_cache *cache;
    double *values; /* one a value of the program, and one more for a weight */
    double **slots;
    size_t lanes; /* room in each register */
    double *staged_inputs, *staged_ys, *staged_outputs, *tables;
};

/* AXIS_NONE for every variable, to be changed in place. */
unsigned char *run_axes(struct program_space *space, const struct program *program);

/* Finds or makes the plan; the values hold the constants. */
struct run run_new(struct program_space *space, const struct program *program,
                   const unsigned char *axes, enum plan_mode mode);

/* Lays out memory for blocks of up to n points and tables of table_length; nothing that was laid
   out for a run of the same space before may still be in use. */
void run_lay_out(struct run *run, size_t n, size_t table_length);

/* What depends on no axis, from run->values. */
void run_once(const struct run *run);

/* The input at points `at` to `at + n − 1` of the array; copied to where it is aligned if it is to
   be read often. */
void run_set_input(const struct run *run, size_t input, const double *array, size_t at, size_t n,
                   bool often);
void run_code(const struct run *run, const struct plan_code *code, size_t n);

/* Fills the tables of values that depend on y only: ys[k] has ny numbers for plan->ys[k]. */
void run_along_y(const struct run *run, const double *const *ys, size_t ny, size_t table_length);

/* Point iy of y: its variables and tables become the scalars. */
void run_set_y(const struct run *run, const double *const *ys, size_t iy, size_t table_length);

size_t run_round_up(size_t n);

#endif
