/* Choosing the vector kernels that the processor can run. */
#include "kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/program.h"

/* Chosen once, by whichever thread asks first; every thread would choose the same. */
static _Atomic(const struct kernel_set *) chosen;

static const struct kernel_set *const sets[] = {
#if defined(__x86_64__)
    &kernels_avx512f,
    &kernels_avx2,
    &kernels_sse2,
#endif
    &kernels_generic,
};

enum { N_SETS = sizeof sets / sizeof *sets };

static bool runs_here(const struct kernel_set *set)
{
#if defined(__x86_64__)
    if (set == &kernels_avx512f) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("fma");
    }
    if (set == &kernels_avx2) {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    }
#endif
    (void)set;
    return true;
}

static const struct kernel_set *find(const char *name)
{
    for (size_t i = 0; i < N_SETS; i++) {
        if (strcmp(sets[i]->isa, name) == 0 && runs_here(sets[i])) {
            return sets[i];
        }
    }
    return NULL;
}

static const struct kernel_set *best(void)
{
    const char *wanted = getenv("CUSP_ISA");
    const struct kernel_set *set = wanted ? find(wanted) : NULL;
    for (size_t i = 0; i < N_SETS && !set; i++) {
        set = runs_here(sets[i]) ? sets[i] : NULL;
    }
    return set;
}

const struct kernel_set *kernels_current(void)
{
    const struct kernel_set *set = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!set) {
        set = best();
        atomic_store_explicit(&chosen, set, memory_order_relaxed);
    }
    return set;
}

const char *program_isa(void)
{
    return kernels_current()->isa;
}

enum status program_use_isa(const char *name)
{
    const struct kernel_set *set = find(name);
    if (!set) {
        return ST_UNABLE;
    }
    atomic_store_explicit(&chosen, set, memory_order_relaxed);
    return ST_OK;
}
