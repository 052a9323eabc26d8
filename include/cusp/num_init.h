/* What must be said to the numeric libraries once, before any thread. */
#ifndef CUSP_NUM_INIT_H
#define CUSP_NUM_INIT_H

/* GSL reports by status instead of ending the program. */
void num_init(void);

#endif
