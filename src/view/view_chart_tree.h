/* The charts of a resolution as an indented list, one line each. */
#ifndef CUSP_VIEW_CHART_TREE_H
#define CUSP_VIEW_CHART_TREE_H

#include "cusp/resolution.h"
#include "view_text.h"

/* Adds at most `rows` lines of at most `width` columns, with the selected chart among them.
   by_hand: points that are left are named, to be chosen. */
void chart_tree_lines(struct line_list *lines, const struct resolution *resolution, size_t selected,
                      bool by_hand, int width, int rows);

#endif
