/* Bytes from a terminal become key events: names, mouse, paste, replies. Pure; no terminal. */
#ifndef CUSP_TERM_KEYS_H
#define CUSP_TERM_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_kind {
    KEY_PRESS,      /* name, and the bytes it came as */
    KEY_UNKNOWN,    /* a key whose sequence has no name here */
    KEY_PASTE,      /* text and length: a piece of pasted text; last: the paste is over */
    KEY_MOUSE,      /* mouse */
    KEY_READY,      /* the terminal answered "ESC [ 0 n": it has drawn what was sent before */
    KEY_BACKGROUND, /* rgb: the terminal's background colour */
    KEY_CELL_SIZE,  /* cell_width, cell_height in pixels */
};

enum mouse_action { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_DRAG, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
    enum mouse_action action;
    int column, row; /* from 0 */
    int button;      /* 0 left, 1 middle, 2 right */
    bool shift, alt, ctrl;
};

enum { KEY_NAME_MAX = 32, KEY_BYTES_MAX = 64, KEY_PASTE_MAX = 1024 };

struct key_event {
    enum key_kind kind;
    const char *name; /* "q", "é", "left", "ctrl-p", "shift-tab", "alt-x", "space"; else "" */
    const char *bytes;
    size_t n_bytes;
    const char *text;
    size_t length;
    bool last;
    struct mouse mouse;
    uint32_t rgb;
    int cell_width, cell_height;
};

enum key_state {
    AT_GROUND,
    AT_UTF8,
    AT_ESCAPE,
    AT_CSI,
    AT_SS3,
    AT_X10_MOUSE,
    AT_OSC,
    AT_OSC_ESCAPE,
    AT_PASTE
};

struct keys {
    enum key_state state;
    bool expect_osc; /* a reply was asked for; else "ESC ]" is the key alt-] */
    bool overlong;   /* the sequence did not fit; swallow it to its end */
    char bytes[KEY_BYTES_MAX];
    size_t n_bytes;
    size_t need; /* bytes of the UTF-8 character or X10 report at hand */
    char paste[KEY_PASTE_MAX];
    size_t n_paste;
};

void keys_init(struct keys *keys);
void keys_feed(struct keys *keys, const char *bytes, size_t n_bytes,
               void (*sink)(const struct key_event *event, void *context), void *context);
/* How long a silence decides what is pending, in milliseconds; −1 if nothing is. */
int keys_wait_ms(const struct keys *keys);
/* That silence has passed. */
void keys_idle(struct keys *keys, void (*sink)(const struct key_event *event, void *context),
               void *context);

#endif
