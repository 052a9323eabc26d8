/* Time that only goes forward. */
#ifndef CUSP_CLOCK_H
#define CUSP_CLOCK_H

/* Seconds since some moment; differences are what it is for. */
double clock_seconds(void);

#endif
