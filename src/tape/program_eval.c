/* A program over many points, in blocks that stay in the processor's first cache. */
#include "plan.h"

#include <assert.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    N_PLANS = 16,                  /* kept for the next call */
    CACHE_NUMBERS = 24 * 1024 / 8, /* of the first cache, shared with inputs and outputs */
    SECOND_CACHE_NUMBERS = 512 * 1024 / 8,
    LEAST_LANES = 64,
    MOST_LANES = 1024,
    ALIGNMENT = 64,
};

struct plan_cache {
    struct plan plans[N_PLANS];
    uint64_t clock;
    double *memory; /* registers, staging and tables of the running plan */
    size_t memory_size;
    double **slots;
    size_t n_slots;
    unsigned char *axes; /* of the running call */
    size_t n_axes;
};

/* One call under way. */
struct run {
    const struct program *program;
    struct plan *plan;
    struct plan_cache *cache;
    double *values;
    double **slots;
    size_t lanes; /* room in each register */
    double *staged_inputs, *staged_y, *staged_outputs, *tables;
};

struct plan_cache *plan_cache_new(void)
{
    return mem_new(1, sizeof(struct plan_cache));
}

void plan_cache_free(struct plan_cache *cache)
{
    for (size_t i = 0; i < N_PLANS; i++) {
        plan_done(&cache->plans[i]);
    }
    mem_free(cache->memory);
    mem_free(cache->slots);
    mem_free(cache->axes);
    mem_free(cache);
}

static size_t round_up(size_t n)
{
    return (n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

static size_t at_most(size_t n, size_t limit)
{
    return n < limit ? n : limit;
}

static unsigned char *fresh_axes(struct plan_cache *cache, size_t n_variables)
{
    if (cache->n_axes <= n_variables) {
        mem_free(cache->axes);
        cache->n_axes = n_variables + 1;
        cache->axes = mem_new(cache->n_axes, 1);
    }
    memset(cache->axes, AXIS_NONE, n_variables);
    return cache->axes;
}

/* The plan for these axes, made now unless it was among the last few. */
static struct plan *find_plan(struct plan_cache *cache, const struct program *program,
                              const unsigned char *axes)
{
    const struct kernel_set *kernels = kernels_current();
    struct plan *oldest = &cache->plans[0];
    cache->clock++;
    for (size_t i = 0; i < N_PLANS; i++) {
        struct plan *plan = &cache->plans[i];
        if (plan->signature == program->signature && plan->kernels == kernels &&
            plan->n_variables == program->n_variables &&
            memcmp(plan->axes, axes, program->n_variables) == 0) {
            plan->last_used = cache->clock;
            return plan;
        }
        oldest = plan->last_used < oldest->last_used ? plan : oldest;
    }
    plan_done(oldest);
    plan_make(oldest, program, kernels, axes);
    oldest->last_used = cache->clock;
    return oldest;
}

/* The block that keeps all registers in the first cache, or at least in the second. */
static size_t choose_lanes(const struct plan *plan, size_t n)
{
    size_t busy = plan->n_registers + 2;
    size_t lanes = CACHE_NUMBERS / busy;
    if (lanes < LEAST_LANES) {
        lanes = at_most(LEAST_LANES, SECOND_CACHE_NUMBERS / busy + 1);
    }
    lanes = at_most(lanes, MOST_LANES);
    size_t n_blocks = (n + lanes - 1) / lanes;
    return round_up((n + n_blocks - 1) / n_blocks);
}

static double *reserve(struct plan_cache *cache, size_t size)
{
    if (cache->memory_size < size + ALIGNMENT / sizeof(double)) {
        mem_free(cache->memory);
        cache->memory_size = size + ALIGNMENT / sizeof(double);
        cache->memory = mem_new(cache->memory_size, sizeof(double));
    }
    uintptr_t past = (uintptr_t)cache->memory % ALIGNMENT;
    return cache->memory + (past ? (ALIGNMENT - past) / sizeof(double) : 0);
}

static void lay_out(struct run *run, size_t table_length)
{
    const struct plan *plan = run->plan;
    struct plan_cache *cache = run->cache;
    size_t n_blocks = plan->n_registers + plan->n_inputs + 1 + plan->n_outputs;
    double *at = reserve(cache, n_blocks * run->lanes + plan->n_tables * table_length);
    size_t n_slots = plan_n_slots(plan);
    if (cache->n_slots <= n_slots) {
        mem_free(cache->slots);
        cache->n_slots = n_slots + 1;
        cache->slots = mem_new(cache->n_slots, sizeof *cache->slots);
    }
    run->slots = cache->slots;
    for (size_t r = 0; r < plan->n_registers; r++, at += run->lanes) {
        run->slots[r] = at;
    }
    run->staged_inputs = at;
    run->staged_y = run->staged_inputs + plan->n_inputs * run->lanes;
    run->staged_outputs = run->staged_y + run->lanes;
    run->tables = run->staged_outputs + plan->n_outputs * run->lanes;
    for (size_t s = 0; s < plan->n_scalars; s++) {
        run->slots[plan_scalar_slot(plan, s)] = &run->values[plan->scalars[s]];
    }
}

static void run_code(const struct run *run, const struct plan_code *code, size_t n)
{
    double *const *slots = run->slots;
    size_t padded = round_up(n);
    const struct plan_step *step = code->steps, *end = step + code->n;
    for (; step < end; step++) {
        step->run(slots[step->out], slots[step->args[0]], slots[step->args[1]],
                  slots[step->args[2]], padded, step->exponent);
    }
}

/* The address where kernels may read n numbers and the padding: the caller's own if nothing is
   padded. Kernels never write to inputs. */
static double *stage_input(const double *from, size_t n, double *staged)
{
    if (n % KERNEL_LANES == 0) {
        return (double *)(uintptr_t)from;
    }
    memcpy(staged, from, n * sizeof *staged);
    return staged;
}

static void point_outputs(const struct run *run, double *const *out, size_t at, size_t n)
{
    for (size_t o = 0; o < run->plan->n_outputs; o++) {
        run->slots[plan_output_slot(run->plan, o)] =
            n % KERNEL_LANES == 0 ? out[o] + at : run->staged_outputs + o * run->lanes;
    }
}

static void deliver_outputs(const struct run *run, double *const *out, size_t at, size_t n)
{
    for (size_t o = 0; n % KERNEL_LANES != 0 && o < run->plan->n_outputs; o++) {
        memcpy(out[o] + at, run->staged_outputs + o * run->lanes, n * sizeof(double));
    }
}

static void run_once(const struct run *run)
{
    for (size_t i = 0; i < run->plan->n_once; i++) {
        program_scalar_step(run->program, run->plan->once[i], run->values);
    }
}

void program_eval(const struct program *program, struct program_space *space,
                  const double *const *vars, const int *step, size_t n_points, double *const *out)
{
    if (n_points == 0) {
        return;
    }
    unsigned char *axes = fresh_axes(space->plans, program->n_variables);
    struct run run = {
        .program = program, .cache = space->plans, .values = program_values(program, space)};
    for (size_t v = 0; v < program->n_variables; v++) {
        axes[v] = step[v] != 0 ? AXIS_X : AXIS_NONE;
        run.values[v] = vars[v][0];
    }
    run.plan = find_plan(space->plans, program, axes);
    run.lanes = choose_lanes(run.plan, n_points);
    lay_out(&run, 0);
    run_once(&run);
    for (size_t at = 0; at < n_points; at += run.lanes) {
        size_t n = at_most(run.lanes, n_points - at);
        for (size_t i = 0; i < run.plan->n_inputs; i++) {
            run.slots[plan_input_slot(run.plan, i)] =
                stage_input(vars[run.plan->inputs[i]] + at, n, run.staged_inputs + i * run.lanes);
        }
        point_outputs(&run, out, at, n);
        run_code(&run, &run.plan->along_x, n);
        deliver_outputs(&run, out, at, n);
    }
}

/* Fills the tables of values that depend on y only. */
static void run_along_y(const struct run *run, const double *y, size_t ny, size_t table_length)
{
    for (size_t at = 0; at < ny; at += run->lanes) {
        size_t n = at_most(run->lanes, ny - at);
        run->slots[plan_y_slot(run->plan)] = stage_input(y + at, n, run->staged_y);
        for (size_t t = 0; t < run->plan->n_tables; t++) {
            run->slots[plan_table_slot(run->plan, t)] = run->tables + t * table_length + at;
        }
        run_code(run, &run->plan->along_y, n);
    }
}

static void run_rows(const struct run *run, const double *y, size_t ny, size_t table_length,
                     size_t at, size_t n, size_t nx, double *const *out)
{
    for (size_t iy = 0; iy < ny; iy++) {
        run->values[run->plan->y_variable] = y[iy];
        for (size_t t = 0; t < run->plan->n_tables; t++) {
            run->values[run->plan->tables[t]] = run->tables[t * table_length + iy];
        }
        point_outputs(run, out, iy * nx + at, n);
        run_code(run, &run->plan->inner, n);
        deliver_outputs(run, out, iy * nx + at, n);
    }
}

void program_eval_grid(const struct program *program, struct program_space *space, size_t vx,
                       size_t vy, const double *rest, const double *x, size_t nx, const double *y,
                       size_t ny, double *const *out)
{
    assert(vx != vy && vx < program->n_variables && vy < program->n_variables);
    if (nx == 0 || ny == 0) {
        return;
    }
    unsigned char *axes = fresh_axes(space->plans, program->n_variables);
    axes[vx] = AXIS_X;
    axes[vy] = AXIS_Y;
    struct run run = {.program = program,
                      .plan = find_plan(space->plans, program, axes),
                      .cache = space->plans,
                      .values = program_values(program, space)};
    for (size_t v = 0; v < program->n_variables; v++) {
        run.values[v] = rest[v];
    }
    size_t table_length = round_up(ny);
    run.lanes = choose_lanes(run.plan, nx);
    lay_out(&run, table_length);
    run_once(&run);
    run_along_y(&run, y, ny, table_length);
    for (size_t at = 0; at < nx; at += run.lanes) {
        size_t n = at_most(run.lanes, nx - at);
        run.slots[plan_input_slot(run.plan, 0)] = stage_input(x + at, n, run.staged_inputs);
        run_code(&run, &run.plan->along_x, n);
        run_rows(&run, y, ny, table_length, at, n, nx, out);
    }
}
