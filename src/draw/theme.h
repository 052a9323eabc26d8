/* What a role looks like: its colours by depth and background, its line and its character. */
#ifndef CUSP_DRAW_THEME_H
#define CUSP_DRAW_THEME_H

#include <stdint.h>

#include "cusp/cells.h"

struct ink {
    uint32_t fg;
    uint8_t attributes;
};

/* On the terminal's own background. */
struct ink theme_ink(enum role role, const struct draw_options *options);
/* On a coloured background: whichever of the role's two colours stands out more. */
struct ink theme_ink_over(enum role role, uint32_t bg, const struct draw_options *options);
/* Black or white, whichever stands out from the background more, and the other one. */
void theme_extremes(uint32_t bg, const struct draw_options *options, uint32_t *far, uint32_t *near);

/* The line's own style unless the role asks for a more telling one. */
enum line_style theme_line(enum role role, enum line_style asked);
int theme_thickness(enum role role); /* 1, or 2 for a heavy line */
uint32_t theme_ascii(enum role role);
/* 0xRRGGBB of a role on a dark or light page; plain is the page's text colour. */
unsigned theme_rgb(enum role role, bool light);

unsigned xterm_rgb(int index);        /* of the 256 colour palette */
int xterm_nearest(unsigned rgb);      /* 16..255 */
int ansi_nearest(unsigned rgb);       /* 0..15 */
unsigned colour_rgb(uint32_t colour); /* default: mid grey */

#endif
