/* ASCII in place of a character that a terminal without UTF-8 cannot show. */
#ifndef CUSP_TERM_PLAIN_RUNES_H
#define CUSP_TERM_PLAIN_RUNES_H

#include <stdint.h>

/* '?' if nothing is near. */
uint32_t plain_rune(uint32_t rune);

#endif
