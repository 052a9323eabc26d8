/* One call at start that keeps the numeric libraries from ending the program. */
#include "cusp/num_init.h"

#include <gsl/gsl_errno.h>

void num_init(void)
{
    gsl_set_error_handler_off();
}
