/* The table of ASCII stand-ins. */
#include "plain_runes.h"

#include <stddef.h>

uint32_t plain_rune(uint32_t rune)
{
    static const struct {
        uint32_t rune;
        char plain;
    } table[] = {
        {0xb0, 'o'},   {0xb1, '~'},   {0xb2, '2'},   {0xb3, '3'},   {0xb7, '.'},   {0xb9, '1'},
        {0xbd, 'h'},   {0xd7, 'x'},   {0x3b5, 'e'},  {0x3b8, 't'},  {0x3bb, 'l'},  {0x3bd, 'v'},
        {0x3c3, 's'},  {0x3c6, 'f'},  {0x2013, '-'}, {0x2014, '-'}, {0x2018, 39},  {0x2019, 39},
        {0x201c, '"'}, {0x201d, '"'}, {0x2022, '*'}, {0x2026, '.'}, {0x2190, '<'}, {0x2191, '^'},
        {0x2192, '>'}, {0x2193, 'v'}, {0x2202, 'd'}, {0x2207, 'D'}, {0x2212, '-'}, {0x221e, '8'},
        {0x2248, '~'}, {0x2264, '<'}, {0x2265, '>'}, {0x25b6, '>'}, {0x25cf, 'o'}, {0x271b, '+'},
    };
    if (rune < 0x7f) {
        return rune;
    }
    if (rune >= 0x2500 && rune < 0x2580) {
        return rune == 0x2500 || rune == 0x2501   ? '-'
               : rune == 0x2502 || rune == 0x2503 ? '|'
                                                  : '+';
    }
    if (rune >= 0x2580 && rune < 0x25a0) {
        return '#';
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].rune == rune) {
            return (uint32_t)table[i].plain;
        }
    }
    return '?';
}
