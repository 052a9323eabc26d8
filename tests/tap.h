/* What every cmocka test includes, in the order that cmocka wants. */
#ifndef CUSP_TESTS_TAP_H
#define CUSP_TESTS_TAP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
