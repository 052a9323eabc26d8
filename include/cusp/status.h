/* Outcome of a fallible function, shared by every room. */
#ifndef CUSP_STATUS_H
#define CUSP_STATUS_H

enum status {
    ST_OK,
    ST_DOMAIN,    /* there is no such value (NaN, a pole, an empty set) */
    ST_UNABLE,    /* a value may exist, but cusp cannot find it; a reason is given beside it */
    ST_INPUT,     /* the input is bad; diagnostics say where */
    ST_IO,        /* the operating system refused; errno-style reason given beside it */
    ST_LIMIT,     /* a stated limit (size, depth, count) was reached */
    ST_CANCELLED, /* the caller asked to stop */
};

#define CUSP_MUST_USE __attribute__((warn_unused_result))
#define CUSP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Short English name of a status, for messages. Never NULL. */
const char *status_name(enum status status);

#endif
