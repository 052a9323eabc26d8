/* The mouse: what lies under it becomes a command. */
#include "explorer.h"

#include <math.h>
#include <string.h>

#include "cusp/view.h"

static bool inside(const struct area *area, int column, int row)
{
    return column >= area->column && column < area->column + area->width && row >= area->row &&
           row < area->row + area->height;
}

static const struct strip *strip_at(const struct sheet *sheet, int column, int row)
{
    for (size_t i = sheet->n_strips; i > 0; i--) {
        const struct strip *strip = &sheet->strips[i - 1];
        int width = strip->width > 0 ? strip->width : (int)utf8_width(strip->text);
        if (strip->action != NULL && strip->row == row && column >= strip->column &&
            column < strip->column + width) {
            return strip;
        }
    }
    return NULL;
}

static const struct placed *placed_at(const struct sheet *sheet, int column, int row)
{
    for (size_t i = sheet->n_placed; i > 0; i--) {
        if (inside(&sheet->placed[i - 1].area, column, row)) {
            return &sheet->placed[i - 1];
        }
    }
    return NULL;
}

/* A slider's action is a command that wants only a number more. */
static bool is_slider(const char *action)
{
    return strcmp(action, "n") == 0 || strncmp(action, "knob ", 5) == 0;
}

static const struct model_knob *knob_named(const struct explorer *explorer, const char *name)
{
    for (size_t side = 0; side < explorer->snapshot.n_sides; side++) {
        const struct model *model = explorer->snapshot.sides[side].model;
        for (size_t i = 0; i < model->n_knobs; i++) {
            if (strcmp(model->knobs[i].name, name) == 0) {
                return &model->knobs[i];
            }
        }
    }
    return NULL;
}

static void run_number(struct explorer *explorer, const char *command, double value, int digits)
{
    struct text line;
    text_init(&line);
    char number[40];
    text_number(number, sizeof number, value, digits);
    text_addf(&line, "%s %s", command, number);
    explorer_run(explorer, text_get(&line));
    text_done(&line);
}

/* Sets the slider of explorer->drag by a column of the screen. */
static void slide(struct explorer *explorer, int column)
{
    struct drag drag = explorer->drag;
    double position = drag.width > 1 ? (double)(column - drag.column) / (drag.width - 1) : 0;
    position = fmin(fmax(position, 0), 1);
    if (strcmp(drag.action, "n") == 0) {
        double n = sheet_slider_n(&explorer->snapshot, position);
        run_number(explorer, "n", n, 3); /* more digits than a column can mean */
        return;
    }
    const struct model_knob *knob = knob_named(explorer, drag.action + 5);
    if (knob != NULL) {
        run_number(explorer, drag.action, knob->low + position * (knob->high - knob->low), 12);
    }
}

/* The value under the mouse on an axis of a figure, with few digits, so that it can be read and
   shared. */
static double value_under(const struct axis *axis, double position)
{
    double value = axis_value(axis, position), width = fabs(axis->high - axis->low);
    double grain = pow(10, floor(log10(width)) - 4);
    return isfinite(grain) && grain > 0 ? grain * round(value / grain) : value;
}

/* Puts the cursor at a place in the plot of a figure whose axes are the model's: true if they are.
   Parameters that the figure does not show stay as they are. */
static bool point_at(struct explorer *explorer, const struct placed *placed, int column, int row)
{
    const struct figure *figure = placed->figure;
    const struct state *state = &explorer->snapshot.state;
    const struct model *model = explorer->snapshot.sides[placed->side].model;
    struct area plot = draw_plot_area(figure, &placed->area, &explorer->draw);
    if (plot.width < 1 || plot.height < 1) {
        return false;
    }
    double across = fmin(fmax((column - plot.column + 0.5) / plot.width, 0), 1);
    double up = fmin(fmax(1 - (row - plot.row + 0.5) / plot.height, 0), 1);
    const struct axis *axes[2] = {&figure->x, &figure->y};
    const double positions[2] = {across, up};
    size_t axis[2];
    double value[2], w[SYNTAX_MAX_PARAMS];
    bool known = false;
    memcpy(w, state->cursor[placed->side], sizeof w);
    for (size_t i = 0; i < 2; i++) {
        const char *label = axes[i]->label;
        axis[i] = label != NULL ? model_axis(model, label) : SIZE_MAX;
        value[i] = value_under(axes[i], positions[i]);
        if (axis[i] < model->dim && isfinite(value[i])) {
            const struct model_param *param = &model->params[axis[i]];
            w[axis[i]] = fmin(fmax(value[i], param->low), param->high);
            known = true;
        }
    }
    const size_t *plane = state->axes[placed->side];
    enum status status = ST_OK;
    if (axis[0] == plane[0] && axis[1] == plane[1]) {
        known = true;
        status = session_point_plane(explorer->session, placed->side, value[0], value[1]);
    } else if (known) {
        status = session_point_at(explorer->session, placed->side, w);
    }
    if (status == ST_UNABLE) {
        session_message(explorer->session, false,
                        "these axes are computed from the parameters, and no particle is there "
                        "to go to yet");
    }
    explorer->stale = explorer->stale || known;
    return known;
}

static bool is_plane(const struct explorer *explorer, const struct placed *placed)
{
    return placed->figure->kind == FIGURE_PLOT && placed->side < explorer->snapshot.n_sides;
}

/* What a click on a plot means: the cursor goes there; or the command for an n. */
static void click(struct explorer *explorer, const struct placed *placed, int column, int row,
                  struct text *out)
{
    const struct axis *x = &placed->figure->x;
    if (point_at(explorer, placed, column, row)) {
        return;
    }
    if (x->label != NULL && strcmp(x->label, "n") == 0) {
        struct area plot = draw_plot_area(placed->figure, &placed->area, &explorer->draw);
        double across = plot.width > 0 ? (column - plot.column + 0.5) / plot.width : 0;
        char number[40];
        double n = axis_value(x, fmin(fmax(across, 0), 1));
        text_number(number, sizeof number, n, 3);
        if (n >= 1 && n <= INTEGRAL_MAX_N) {
            text_addf(out, "n %s", number);
        }
    }
}

static void focus(struct explorer *explorer, const struct placed *placed)
{
    const struct state *state = &explorer->snapshot.state;
    if (placed->view == NULL || placed->view[0] == '\0' ||
        (strcmp(state->focus, placed->view) == 0 && state->focus_side == placed->side)) {
        return;
    }
    struct text line;
    text_init(&line);
    text_addf(&line, "view %s %zu", placed->view, placed->side + 1);
    explorer_run(explorer, text_get(&line));
    text_done(&line);
}

static void press_main(struct explorer *explorer, const struct mouse *mouse)
{
    const struct strip *strip = strip_at(&explorer->sheet, mouse->column, mouse->row);
    if (strip != NULL && is_slider(strip->action)) {
        explorer->drag = (struct drag){.kind = DRAG_SLIDER, .column = strip->column};
        explorer->drag.width = strip->width > 0 ? strip->width : (int)utf8_width(strip->text);
        size_t length = strlen(strip->action);
        if (length < sizeof explorer->drag.action) {
            memcpy(explorer->drag.action, strip->action, length + 1);
            slide(explorer, mouse->column);
        } else {
            explorer->drag.kind = DRAG_NOTHING;
        }
        return;
    }
    if (strip != NULL) {
        struct text action;
        text_init(&action);
        /* The word "help" on the screen means the help that is searched, as its key does. */
        text_add(&action, strcmp(strip->action, "help") == 0 ? "@help" : strip->action);
        explorer_run(explorer, text_get(&action));
        text_done(&action);
        return;
    }
    const struct placed *placed = placed_at(&explorer->sheet, mouse->column, mouse->row);
    if (placed == NULL) {
        return;
    }
    if (is_plane(explorer, placed)) {
        struct area plot = draw_plot_area(placed->figure, &placed->area, &explorer->draw);
        if (inside(&plot, mouse->column, mouse->row)) {
            explorer->drag = (struct drag){.kind = DRAG_PLANE,
                                           .placed = (size_t)(placed - explorer->sheet.placed)};
        }
    }
    struct text line; /* before the focus moves: that may change what is on the sheet */
    text_init(&line);
    if (explorer->drag.kind == DRAG_PLANE) {
        click(explorer, placed, mouse->column, mouse->row, &line);
    }
    focus(explorer, placed);
    if (line.length > 0) {
        explorer_run(explorer, text_get(&line));
    }
    text_done(&line);
}

static void drag_main(struct explorer *explorer, const struct mouse *mouse)
{
    switch (explorer->drag.kind) {
    case DRAG_NOTHING:
        break;
    case DRAG_SLIDER:
        slide(explorer, mouse->column);
        break;
    case DRAG_PLANE:
        if (explorer->drag.placed < explorer->sheet.n_placed) {
            const struct placed *placed = &explorer->sheet.placed[explorer->drag.placed];
            struct text line;
            text_init(&line);
            if (is_plane(explorer, placed)) {
                click(explorer, placed, mouse->column, mouse->row, &line);
            }
            if (line.length > 0) {
                explorer_run(explorer, text_get(&line));
            }
            text_done(&line);
        }
        break;
    }
}

static void wheel_main(struct explorer *explorer, const struct mouse *mouse)
{
    bool up = mouse->action == MOUSE_WHEEL_UP;
    const struct strip *strip = strip_at(&explorer->sheet, mouse->column, mouse->row);
    const struct placed *placed = placed_at(&explorer->sheet, mouse->column, mouse->row);
    if (explorer->snapshot.state.catalogue_open) {
        explorer_run(explorer, up ? "move up" : "move down");
    } else if (strip != NULL && strncmp(strip->action, "knob ", 5) == 0) {
        const struct model_knob *knob = knob_named(explorer, strip->action + 5);
        if (knob != NULL) {
            char action[64];
            size_t length = strlen(strip->action);
            if (length < sizeof action) {
                memcpy(action, strip->action, length + 1);
                double step = (knob->high - knob->low) / 50;
                double value = knob->value + (up ? step : -step);
                run_number(explorer, action, fmin(fmax(value, knob->low), knob->high), 12);
            }
        }
    } else if ((strip != NULL && strcmp(strip->action, "n") == 0) || mouse->shift) {
        explorer_run(explorer, up ? "n *10^0.1" : "n /10^0.1");
    } else if (placed != NULL && is_plane(explorer, placed)) {
        explorer_run(explorer, up ? "zoom in" : "zoom out");
    }
}

static void mouse_menu(struct explorer *explorer, const struct mouse *mouse)
{
    struct area panel = explorer_panel(explorer);
    size_t page = explorer_page(explorer);
    if (mouse->action == MOUSE_WHEEL_UP || mouse->action == MOUSE_WHEEL_DOWN) {
        (void)menu_key(&explorer->menu, mouse->action == MOUSE_WHEEL_UP ? "up" : "down", page);
    } else if (mouse->action == MOUSE_PRESS) {
        int line = mouse->row - panel.row;
        if (!inside(&panel, mouse->column, mouse->row)) {
            explorer_close_overlay(explorer);
        } else if (line >= 0 && (size_t)line < page) {
            (void)menu_select(&explorer->menu, menu_top(&explorer->menu, page) + (size_t)line);
        }
    }
}

static void mouse_pager(struct explorer *explorer, const struct mouse *mouse)
{
    if (mouse->action == MOUSE_WHEEL_UP || mouse->action == MOUSE_WHEEL_DOWN) {
        (void)pager_key(&explorer->pager, mouse->action == MOUSE_WHEEL_UP ? "up" : "down",
                        explorer_page(explorer));
    }
}

void explorer_mouse(struct explorer *explorer, const struct mouse *mouse)
{
    if (explorer->mode == MODE_MENU) {
        mouse_menu(explorer, mouse);
        return;
    }
    if (explorer->mode == MODE_PAGER) {
        mouse_pager(explorer, mouse);
        return;
    }
    if (!explorer->has_sheet || explorer->sheet.too_small != NULL || explorer->mode != MODE_MAIN) {
        return;
    }
    if (explorer->stale) {
        explorer_layout(explorer);
    }
    switch (mouse->action) {
    case MOUSE_PRESS:
        if (mouse->button == 0) {
            press_main(explorer, mouse);
        }
        break;
    case MOUSE_RELEASE:
        explorer->drag = (struct drag){.kind = DRAG_NOTHING};
        break;
    case MOUSE_DRAG:
        drag_main(explorer, mouse);
        break;
    case MOUSE_WHEEL_UP:
    case MOUSE_WHEEL_DOWN:
        wheel_main(explorer, mouse);
        break;
    }
}
