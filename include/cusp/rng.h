/* Counter-based random numbers (Random123 Philox4x64): a stream is a function of (seed, task). */
#ifndef CUSP_RNG_H
#define CUSP_RNG_H

#include <stdint.h>

struct rng {
    uint64_t key[2];
    uint64_t counter[4];
    uint64_t buffer[4];
    unsigned left; /* unread words of buffer */
};

struct rng rng_stream(uint64_t seed, uint64_t task);
uint64_t rng_bits(struct rng *rng);
double rng_uniform(struct rng *rng); /* in (0, 1), never 0 or 1 */
double rng_normal(struct rng *rng);

#endif
