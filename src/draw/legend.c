/* Collecting the legend of a figure. */
#include "legend.h"

#include <stdio.h>
#include <string.h>

#include "canvas.h"

enum { NAME_MAX_BYTES = 160 };

static bool same_item(const struct legend_item *a, const struct legend_item *b)
{
    return a->role == b->role && strcmp(a->name, b->name) == 0 && strcmp(a->suffix, b->suffix) == 0;
}

static void add_item(struct legend *legend, const struct legend_item *item)
{
    for (size_t i = 0; i < legend->n; i++)
        if (same_item(&legend->items[i], item))
            return;
    if (legend->n < LEGEND_MAX)
        legend->items[legend->n++] = *item;
}

static void add_curve(struct legend *legend, const struct curve *curve)
{
    struct legend_item item = {
        .name = curve->name,
        .suffix = "",
        .role = curve->role,
        .style = curve->style,
        .marker = curve->marker,
        .line = !curve->no_line && curve->n > 1,
    };
    if (!curve->roles) {
        add_item(legend, &item);
        return;
    }
    bool seen[ROLE_COUNT] = {false};
    for (size_t i = 0; i < curve->n; i++)
        if ((unsigned)curve->roles[i] < ROLE_COUNT)
            seen[curve->roles[i]] = true;
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (!seen[role])
            continue;
        item.role = (enum role)role;
        item.suffix = role_name(item.role);
        add_item(legend, &item);
    }
}

void legend_collect(const struct figure *figure, struct legend *out)
{
    out->n = 0;
    for (size_t i = 0; i < figure->n_curves; i++)
        if (figure->curves[i].name && figure->curves[i].name[0] && figure->curves[i].n > 0)
            add_curve(out, &figure->curves[i]);
}

void legend_text(const struct legend_item *item, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", item->name, item->suffix[0] ? " " : "", item->suffix);
}

int legend_item_width(const struct legend_item *item, const struct draw_options *options)
{
    char name[NAME_MAX_BYTES];
    legend_text(item, name, sizeof name);
    return SWATCH_WIDTH + 1 + canvas_width(options, name) + LEGEND_GAP;
}

int legend_width(const struct legend *legend, const struct draw_options *options)
{
    int width = 0;
    for (size_t i = 0; i < legend->n; i++)
        width += legend_item_width(&legend->items[i], options);
    return width > 0 ? width - LEGEND_GAP : 0;
}

size_t legend_fitting(const struct legend *legend, size_t first, int room,
                      const struct draw_options *options)
{
    size_t n = 0;
    for (size_t i = first; i < legend->n; i++, n++) {
        int width = legend_item_width(&legend->items[i], options);
        if (width - LEGEND_GAP > room)
            break;
        room -= width;
    }
    return n;
}
