/* Names of the outcomes of fallible functions. */
#include "cusp/status.h"

const char *status_name(enum status status)
{
    switch (status) {
    case ST_OK:
        return "ok";
    case ST_DOMAIN:
        return "no such value";
    case ST_UNABLE:
        return "unable";
    case ST_INPUT:
        return "bad input";
    case ST_IO:
        return "input or output failed";
    case ST_LIMIT:
        return "a limit was reached";
    case ST_CANCELLED:
        return "cancelled";
    }
    return "unknown status";
}
