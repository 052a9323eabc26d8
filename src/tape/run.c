/* Plans at work: kept from call to call, their blocks in the first cache. */
#include "run.h"

#include <assert.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    N_PLANS = 16,                  /* kept for the next call */
    CACHE_NUMBERS = 24 * 1024 / 8, /* of the first cache, shared with inputs and outputs */
    SECOND_CACHE_NUMBERS = 24 * 1024 / 8,
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

size_t run_round_up(size_t n)
{
    return (n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

static size_t at_most(size_t n, size_t limit)
{
    return n < limit ? n : limit;
}

unsigned char *run_axes(struct program_space *space, const struct program *program)
{
    struct plan_cache *cache = space->plans;
    if (cache->n_axes <= program->n_variables) {
        mem_free(cache->axes);
        cache->n_axes = program->n_variables + 1;
        cache->axes = mem_new(cache->n_axes, 1);
    }
    memset(cache->axes, AXIS_NONE, program->n_variables);
    return cache->axes;
}

/* The plan for these axes, made now unless it was among the last few. */
static struct plan *find_plan(struct plan_cache *cache, const struct program *program,
                              const unsigned char *axes, enum plan_mode mode)
{
    const struct kernel_set *kernels = kernels_current();
    struct plan *oldest = &cache->plans[0];
    cache->clock++;
    for (size_t i = 0; i < N_PLANS; i++) {
        struct plan *plan = &cache->plans[i];
        if (plan->signature == program->signature && plan->kernels == kernels &&
            plan->n_variables == program->n_variables && plan->mode == mode &&
            memcmp(plan->axes, axes, program->n_variables) == 0) {
            plan->last_used = cache->clock;
            return plan;
        }
        oldest = plan->last_used < oldest->last_used ? plan : oldest;
    }
    plan_done(oldest);
    plan_make(oldest, program, kernels, axes, mode);
    oldest->last_used = cache->clock;
    return oldest;
}

/* The block that keeps all registers in the first cache, or at least in the second. */
static size_t choose_lanes(const struct plan *plan, size_t n)
{
    bool adds = plan->mode == PLAN_ACCUMULATE || plan->mode == PLAN_ACCUMULATE_WEIGHTED;
    size_t busy = plan->n_registers + 2 + (adds ? plan->n_outputs : 0);
    size_t lanes = CACHE_NUMBERS / busy;
    if (lanes < LEAST_LANES) {
        lanes = at_most(LEAST_LANES, SECOND_CACHE_NUMBERS / busy + 1);
    }
    lanes = at_most(lanes, MOST_LANES);
    size_t n_blocks = (n + lanes - 1) / lanes;
    return run_round_up((n + n_blocks - 1) / n_blocks);
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

struct run run_new(struct program_space *space, const struct program *program,
                   const unsigned char *axes, enum plan_mode mode)
{
    return (struct run){.program = program,
                        .plan = find_plan(space->plans, program, axes, mode),
                        .cache = space->plans,
                        .values = program_values(program, space)};
}

void run_lay_out(struct run *run, size_t n, size_t table_length)
{
    const struct plan *plan = run->plan;
    struct plan_cache *cache = run->cache;
    run->lanes = choose_lanes(plan, n);
    size_t n_blocks = plan->n_registers + plan->n_inputs + plan->n_ys + plan->n_outputs;
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
    run->staged_ys = run->staged_inputs + plan->n_inputs * run->lanes;
    run->staged_outputs = run->staged_ys + plan->n_ys * run->lanes;
    run->tables = run->staged_outputs + plan->n_outputs * run->lanes;
    for (size_t s = 0; s < plan->n_scalars; s++) {
        run->slots[plan_scalar_slot(plan, s)] = &run->values[plan->scalars[s]];
    }
}

void run_code(const struct run *run, const struct plan_code *code, size_t n)
{
    double *const *slots = run->slots;
    size_t padded = run_round_up(n);
    const struct plan_step *step = code->steps, *end = step + code->n;
    for (; step < end; step++) {
        if (step->linear) {
            step->linear(slots[step->out], slots, step->args, padded, step->exponent);
            continue;
        }
        step->run(slots[step->out], slots[step->args[0]], slots[step->args[1]],
                  slots[step->args[2]], step->reduces ? n : padded, step->exponent);
    }
}

/* The address where kernels may read n numbers and the padding: the caller's own if nothing is
   padded. Kernels never write to inputs. */
static double *stage_input(const double *from, size_t n, double *staged, bool always)
{
    if (n % KERNEL_LANES == 0 && !always) {
        return (double *)(uintptr_t)from;
    }
    memcpy(staged, from, n * sizeof *staged);
    return staged;
}

void run_set_input(const struct run *run, size_t input, const double *array, size_t at, size_t n,
                   bool often)
{
    run->slots[plan_input_slot(run->plan, input)] =
        stage_input(array + at, n, run->staged_inputs + input * run->lanes, often);
}

void run_once(const struct run *run)
{
    for (size_t i = 0; i < run->plan->n_once; i++) {
        program_scalar_step(run->program, run->plan->once[i], run->values);
    }
}

void run_along_y(const struct run *run, const double *const *ys, size_t ny, size_t table_length)
{
    for (size_t at = 0; at < ny; at += run->lanes) {
        size_t n = at_most(run->lanes, ny - at);
        for (size_t k = 0; k < run->plan->n_ys; k++) {
            run->slots[plan_y_slot(run->plan, k)] =
                stage_input(ys[k] + at, n, run->staged_ys + k * run->lanes, false);
        }
        for (size_t t = 0; t < run->plan->n_tables; t++) {
            run->slots[plan_table_slot(run->plan, t)] = run->tables + t * table_length + at;
        }
        run_code(run, &run->plan->along_y, n);
    }
}

void run_set_y(const struct run *run, const double *const *ys, size_t iy, size_t table_length)
{
    for (size_t k = 0; k < run->plan->n_ys; k++) {
        run->values[run->plan->ys[k]] = ys[k][iy];
    }
    for (size_t t = 0; t < run->plan->n_tables; t++) {
        run->values[run->plan->tables[t]] = run->tables[t * table_length + iy];
    }
}
