/* Counter-based random numbers: Philox4x64-10 of Random123. */
#include "cusp/rng.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

#include <gsl/gsl_cdf.h>

struct rng rng_stream(uint64_t seed, uint64_t task)
{
    return (struct rng){.key = {seed, task}};
}

static void refill(struct rng *rng)
{
    philox4x64_ctr_t counter = {
        {rng->counter[0], rng->counter[1], rng->counter[2], rng->counter[3]}};
    philox4x64_key_t key = {{rng->key[0], rng->key[1]}};
    philox4x64_ctr_t block = philox4x64(counter, key);
    for (unsigned i = 0; i < 4; i++) {
        rng->buffer[i] = block.v[i];
    }
    rng->left = 4;
    for (unsigned i = 0; i < 4 && ++rng->counter[i] == 0; i++) {
    }
}

uint64_t rng_bits(struct rng *rng)
{
    if (rng->left == 0) {
        refill(rng);
    }
    return rng->buffer[4 - rng->left--];
}

double rng_uniform(struct rng *rng)
{
    /* 52 bits and a half: the ends are 2^-53 and 1 − 2^-53, both doubles. */
    return ((double)(rng_bits(rng) >> 12) + 0.5) * 0x1p-52;
}

double rng_normal(struct rng *rng)
{
    return gsl_cdf_ugaussian_Pinv(rng_uniform(rng));
}
