/* The state machine that turns a terminal's bytes into key events. */
#include "keys.h"

#include <stdio.h>
#include <string.h>

#include "key_names.h"

#include "cusp/text.h"

enum { LONE_ESCAPE_MS = 25, SEQUENCE_MS = 250, PASTE_MS = 1000 };

/* Where events go, so that it need not be passed in pieces. */
struct outlet {
    void (*sink)(const struct key_event *event, void *context);
    void *context;
};

void keys_init(struct keys *keys)
{
    *keys = (struct keys){.state = AT_GROUND};
}

static void ground(struct keys *keys)
{
    keys->state = AT_GROUND;
    keys->n_bytes = 0;
    keys->overlong = false;
}

static void emit(const struct outlet *outlet, struct key_event event)
{
    if (event.name == NULL) {
        event.name = "";
    }
    outlet->sink(&event, outlet->context);
}

static void press(struct keys *keys, const struct outlet *outlet, const char *name)
{
    emit(outlet,
         (struct key_event){
             .kind = KEY_PRESS, .name = name, .bytes = keys->bytes, .n_bytes = keys->n_bytes});
    ground(keys);
}

static void unknown(struct keys *keys, const struct outlet *outlet)
{
    emit(outlet, (struct key_event){.kind = KEY_UNKNOWN});
    ground(keys);
}

static void keep(struct keys *keys, unsigned char byte)
{
    if (keys->n_bytes < KEY_BYTES_MAX - 1) {
        keys->bytes[keys->n_bytes++] = (char)byte;
        keys->bytes[keys->n_bytes] = '\0';
    } else {
        keys->overlong = true;
    }
}

static void flush_paste(struct keys *keys, const struct outlet *outlet, bool last)
{
    emit(outlet,
         (struct key_event){
             .kind = KEY_PASTE, .text = keys->paste, .length = keys->n_paste, .last = last});
    keys->n_paste = 0;
}

static void take_paste(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    static const char end[] = "\033[201~";
    enum { END = sizeof end - 1 };
    keys->paste[keys->n_paste++] = (char)byte;
    if (keys->n_paste >= END && memcmp(keys->paste + keys->n_paste - END, end, END) == 0) {
        keys->n_paste -= END;
        flush_paste(keys, outlet, true);
        ground(keys);
    } else if (keys->n_paste == KEY_PASTE_MAX) {
        /* Keep what may be the start of the end mark. */
        char tail[END];
        memcpy(tail, keys->paste + KEY_PASTE_MAX - END, END);
        keys->n_paste -= END;
        flush_paste(keys, outlet, false);
        memcpy(keys->paste, tail, END);
        keys->n_paste = END;
    }
}

static void report_mouse(const struct outlet *outlet, int code, int column, int row, bool release)
{
    struct mouse mouse = {.column = column,
                          .row = row,
                          .button = code & 3,
                          .shift = (code & 4) != 0,
                          .alt = (code & 8) != 0,
                          .ctrl = (code & 16) != 0};
    if (column < 0 || row < 0 || (code & ~0x7f) != 0) {
        return;
    }
    if ((code & 64) != 0) {
        if (mouse.button > 1 || release) {
            return; /* sideways wheels */
        }
        mouse.action = mouse.button == 0 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
    } else if (release || mouse.button == 3) {
        if ((code & 32) != 0) {
            return; /* the mouse moved with no button held */
        }
        mouse.action = MOUSE_RELEASE;
    } else {
        mouse.action = (code & 32) != 0 ? MOUSE_DRAG : MOUSE_PRESS;
    }
    emit(outlet, (struct key_event){.kind = KEY_MOUSE, .mouse = mouse});
}

enum { PARAMETERS = 4, PARAMETER_MAX = 0xffffff };

struct csi {
    char prefix; /* '<', '?', '>', '=' or 0 */
    char final;
    int parameter[PARAMETERS];
    int count;
};

/* bytes: "ESC [ … final". */
static struct csi parse_csi(const struct keys *keys)
{
    struct csi csi = {.final = keys->bytes[keys->n_bytes - 1]};
    size_t i = 2;
    if (strchr("<?>=", keys->bytes[i]) != NULL) {
        csi.prefix = keys->bytes[i++];
    }
    csi.count = 1;
    for (; i + 1 < keys->n_bytes; i++) {
        char byte = keys->bytes[i];
        if (byte == ';' || byte == ':') {
            csi.count++;
        } else if (byte >= '0' && byte <= '9' && csi.count <= PARAMETERS) {
            int *parameter = &csi.parameter[csi.count - 1];
            *parameter = *parameter * 10 + (byte - '0');
            if (*parameter > PARAMETER_MAX) {
                *parameter = PARAMETER_MAX;
            }
        }
    }
    return csi;
}

static void finish_csi(struct keys *keys, const struct outlet *outlet)
{
    if (keys->overlong) {
        unknown(keys, outlet);
        return;
    }
    struct csi csi = parse_csi(keys);
    if (keys->bytes[2] == '[' && keys->n_bytes == 4) {
        char name[KEY_NAME_MAX];
        snprintf(name, sizeof name, "f%d", csi.final - 'A' + 1);
        if (csi.final <= 'E') {
            press(keys, outlet, name);
        } else {
            unknown(keys, outlet);
        }
    } else if (csi.prefix == '<' && (csi.final == 'M' || csi.final == 'm')) {
        report_mouse(outlet, csi.parameter[0], csi.parameter[1] - 1, csi.parameter[2] - 1,
                     csi.final == 'm');
        ground(keys);
    } else if (csi.prefix != 0) {
        ground(keys); /* a reply to what was not asked */
    } else if (csi.final == 'M') {
        keys->state = AT_X10_MOUSE;
        keys->need = 3;
        keys->n_bytes = 0;
    } else if (csi.final == '~' && csi.parameter[0] == 200) {
        ground(keys);
        keys->state = AT_PASTE;
        keys->n_paste = 0;
    } else if (csi.final == 'n') {
        emit(outlet, (struct key_event){.kind = KEY_READY});
        ground(keys);
    } else if (csi.final == 't' && csi.parameter[0] == 6 && csi.count == 3) {
        emit(outlet, (struct key_event){.kind = KEY_CELL_SIZE,
                                        .cell_height = csi.parameter[1],
                                        .cell_width = csi.parameter[2]});
        ground(keys);
    } else if (strchr("tcyIO", csi.final) != NULL) {
        ground(keys); /* replies, focus */
    } else {
        char name[KEY_NAME_MAX];
        if (key_name_csi(csi.final, csi.parameter, csi.count, name)) {
            press(keys, outlet, name);
        } else {
            unknown(keys, outlet);
        }
    }
}

/* "rgb:RRRR/GGGG/BBBB" with one to four digits each. */
static bool parse_rgb(const char *s, uint32_t *rgb)
{
    if (strncmp(s, "rgb:", 4) != 0) {
        return false;
    }
    s += 4;
    *rgb = 0;
    for (int channel = 0; channel < 3; channel++) {
        uint32_t value = 0, most = 0;
        for (; strchr("0123456789abcdefABCDEF", *s) != NULL && *s != '\0' && most < 0xffff; s++) {
            uint32_t digit = (uint32_t)(*s <= '9' ? *s - '0' : (*s | 0x20) - 'a' + 10);
            value = value * 16 + digit;
            most = most * 16 + 15;
        }
        if (most == 0 || (channel < 2 && *s++ != '/')) {
            return false;
        }
        *rgb = *rgb << 8 | value * 255 / most;
    }
    return *s == '\0';
}

static void finish_osc(struct keys *keys, const struct outlet *outlet)
{
    uint32_t rgb;
    if (!keys->overlong && strncmp(keys->bytes, "11;", 3) == 0 &&
        parse_rgb(keys->bytes + 3, &rgb)) {
        emit(outlet, (struct key_event){.kind = KEY_BACKGROUND, .rgb = rgb});
        keys->expect_osc = false;
    }
    ground(keys);
}

static void take(struct keys *keys, const struct outlet *outlet, unsigned char byte);

static void take_ground(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    keys->n_bytes = 0;
    keep(keys, byte);
    char name[KEY_NAME_MAX];
    if (byte == 0x1b) {
        keys->state = AT_ESCAPE;
    } else if (byte < 0x80) {
        key_name_byte(byte, name);
        press(keys, outlet, name);
    } else if (byte >= 0xc2 && byte <= 0xf4) {
        keys->state = AT_UTF8;
        keys->need = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    } else {
        unknown(keys, outlet); /* no character begins so */
    }
}

static void take_utf8(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    if ((byte & 0xc0) != 0x80) {
        unknown(keys, outlet);
        take(keys, outlet, byte);
        return;
    }
    keep(keys, byte);
    if (keys->n_bytes == keys->need) {
        char name[KEY_NAME_MAX];
        if (utf8_valid(keys->bytes, keys->n_bytes, NULL)) {
            snprintf(name, sizeof name, "%.4s", keys->bytes);
            press(keys, outlet, name);
        } else {
            unknown(keys, outlet);
        }
    }
}

static void take_escape(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    if (byte == 0x1b) {
        keys->n_bytes = 1;
        press(keys, outlet, "esc");
        take(keys, outlet, byte);
        return;
    }
    if (byte == '[') {
        keep(keys, byte);
        keys->state = AT_CSI;
    } else if (byte == 'O') {
        keep(keys, byte);
        keys->state = AT_SS3;
    } else if (byte == ']' && keys->expect_osc) {
        keys->state = AT_OSC;
        keys->n_bytes = 0;
        keys->bytes[0] = '\0';
    } else if (byte < 0x80) {
        keep(keys, byte);
        char name[KEY_NAME_MAX] = "alt-";
        key_name_byte(byte, name + 4);
        press(keys, outlet, name);
    } else {
        keys->n_bytes = 1;
        press(keys, outlet, "esc");
        take(keys, outlet, byte);
    }
}

static void take_csi(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    if (byte < 0x20 || byte >= 0x7f) {
        unknown(keys, outlet);
        take(keys, outlet, byte);
        return;
    }
    keep(keys, byte);
    if (byte >= 0x40) {
        /* "ESC [ [ A" is F1 on the Linux console: one more byte follows. */
        if (byte == '[' && keys->n_bytes == 3) {
            return;
        }
        finish_csi(keys, outlet);
    }
}

static void take_ss3(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    char name[KEY_NAME_MAX];
    const int none[PARAMETERS] = {0};
    if (byte < 0x20 || byte >= 0x7f) {
        unknown(keys, outlet);
        take(keys, outlet, byte);
        return;
    }
    keep(keys, byte);
    if (byte == 'M') {
        press(keys, outlet, "enter"); /* the keypad's */
    } else if (key_name_csi((char)byte, none, 1, name)) {
        press(keys, outlet, name);
    } else {
        unknown(keys, outlet);
    }
}

static void take_x10(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    keep(keys, byte);
    if (keys->n_bytes == keys->need) {
        const unsigned char *p = (const unsigned char *)keys->bytes;
        if (p[0] >= 32 && p[1] > 32 && p[2] > 32) {
            report_mouse(outlet, p[0] - 32, p[1] - 33, p[2] - 33, false);
        }
        ground(keys);
    }
}

static void take_osc(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    if (keys->state == AT_OSC_ESCAPE) {
        if (byte == '\\') {
            finish_osc(keys, outlet);
        } else {
            keys->n_bytes = 0;
            keep(keys, 0x1b);
            keys->overlong = false;
            keys->state = AT_ESCAPE;
            take(keys, outlet, byte);
        }
    } else if (byte == 0x07) {
        finish_osc(keys, outlet);
    } else if (byte == 0x1b) {
        keys->state = AT_OSC_ESCAPE;
    } else {
        keep(keys, byte);
    }
}

static void take(struct keys *keys, const struct outlet *outlet, unsigned char byte)
{
    switch (keys->state) {
    case AT_GROUND:
        take_ground(keys, outlet, byte);
        break;
    case AT_UTF8:
        take_utf8(keys, outlet, byte);
        break;
    case AT_ESCAPE:
        take_escape(keys, outlet, byte);
        break;
    case AT_CSI:
        take_csi(keys, outlet, byte);
        break;
    case AT_SS3:
        take_ss3(keys, outlet, byte);
        break;
    case AT_X10_MOUSE:
        take_x10(keys, outlet, byte);
        break;
    case AT_OSC:
    case AT_OSC_ESCAPE:
        take_osc(keys, outlet, byte);
        break;
    case AT_PASTE:
        take_paste(keys, outlet, byte);
        break;
    }
}

void keys_feed(struct keys *keys, const char *bytes, size_t n_bytes,
               void (*sink)(const struct key_event *event, void *context), void *context)
{
    const struct outlet outlet = {sink, context};
    for (size_t i = 0; i < n_bytes; i++) {
        take(keys, &outlet, (unsigned char)bytes[i]);
    }
}

int keys_wait_ms(const struct keys *keys)
{
    switch (keys->state) {
    case AT_GROUND:
        return -1;
    case AT_ESCAPE:
        return LONE_ESCAPE_MS;
    case AT_PASTE:
        return PASTE_MS;
    case AT_UTF8:
    case AT_CSI:
    case AT_SS3:
    case AT_X10_MOUSE:
    case AT_OSC:
    case AT_OSC_ESCAPE:
        return SEQUENCE_MS;
    }
    return -1;
}

void keys_idle(struct keys *keys, void (*sink)(const struct key_event *event, void *context),
               void *context)
{
    const struct outlet outlet = {sink, context};
    switch (keys->state) {
    case AT_GROUND:
        break;
    case AT_ESCAPE:
        press(keys, &outlet, "esc");
        break;
    case AT_CSI:
        if (keys->n_bytes == 2) {
            press(keys, &outlet, "alt-[");
        } else {
            unknown(keys, &outlet);
        }
        break;
    case AT_SS3:
        press(keys, &outlet, "alt-O");
        break;
    case AT_PASTE:
        flush_paste(keys, &outlet, true);
        ground(keys);
        break;
    case AT_UTF8:
    case AT_X10_MOUSE:
    case AT_OSC:
    case AT_OSC_ESCAPE:
        ground(keys);
        break;
    }
}
