/* Names of the roles a mark can have, for legends and tables. */
#include "cusp/figure.h"

const char *role_name(enum role role)
{
    static const char *const names[ROLE_COUNT] = {
        [ROLE_PLAIN] = "plain",
        [ROLE_DIM] = "dim",
        [ROLE_SINGULAR] = "singular model",
        [ROLE_REGULAR] = "regular model",
        [ROLE_THEORY] = "theory",
        [ROLE_THEORY_REGULAR] = "regular theory",
        [ROLE_HERE] = "here",
        [ROLE_RANK_0] = "rank 0",
        [ROLE_RANK_1] = "rank 1",
        [ROLE_RANK_2] = "rank 2",
        [ROLE_RANK_3] = "rank 3 or more",
        [ROLE_SINGULAR_POINT] = "singular point of W0",
        [ROLE_CONTOUR] = "contour",
        [ROLE_WARNING] = "warning",
        [ROLE_GOOD] = "good",
        [ROLE_CLASS_1] = "first kind",
        [ROLE_CLASS_2] = "second kind",
        [ROLE_CLASS_3] = "third kind",
        [ROLE_CLASS_4] = "fourth kind",
        [ROLE_CLASS_5] = "fifth kind",
        [ROLE_CLASS_6] = "sixth kind",
    };
    return (unsigned)role < ROLE_COUNT ? names[role] : "";
}
