/* Time that only goes forward. */
#include "cusp/clock.h"

#include <time.h>

double clock_seconds(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}
