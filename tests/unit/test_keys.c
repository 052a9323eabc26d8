/* The key decoder: names, mouse, replies, paste, silence, and bytes that mean nothing. */
#include "tap.h"

#include "../../src/term/keys.h"

#include "cusp/rng.h"
#include "cusp/text.h"

#include <stdio.h>
#include <string.h>

/* What came, as words: "up", "mouse:0@3,4", "ready", "bg:1e1e1e", "paste:…", "?". */
static void log_event(const struct key_event *event, void *context)
{
    struct text *log = context;
    if (log->length > 0) {
        text_add(log, " ");
    }
    switch (event->kind) {
    case KEY_PRESS:
        assert_true(strlen(event->name) > 0 && strlen(event->name) < KEY_NAME_MAX);
        assert_true(event->n_bytes > 0 && event->n_bytes <= KEY_BYTES_MAX);
        text_add(log, event->name);
        break;
    case KEY_UNKNOWN:
        text_add(log, "?");
        break;
    case KEY_PASTE:
        assert_true(event->length <= KEY_PASTE_MAX);
        text_add(log, event->last ? "paste-end:" : "paste:");
        text_add_bytes(log, event->text, event->length);
        break;
    case KEY_MOUSE:
        assert_true(event->mouse.column >= 0 && event->mouse.row >= 0);
        text_addf(log, "mouse%d:%d@%d,%d%s%s%s", (int)event->mouse.action, event->mouse.button,
                  event->mouse.column, event->mouse.row, event->mouse.shift ? "S" : "",
                  event->mouse.alt ? "A" : "", event->mouse.ctrl ? "C" : "");
        break;
    case KEY_READY:
        text_add(log, "ready");
        break;
    case KEY_BACKGROUND:
        text_addf(log, "bg:%06x", event->rgb);
        break;
    case KEY_CELL_SIZE:
        text_addf(log, "cell:%dx%d", event->cell_width, event->cell_height);
        break;
    }
}

static void expect_with(struct keys *keys, const char *bytes, size_t length, const char *expected)
{
    struct text log;
    text_init(&log);
    keys_feed(keys, bytes, length, log_event, &log);
    if (strcmp(text_get(&log), expected) != 0) {
        fail_msg("got '%s', not '%s'", text_get(&log), expected);
    }
    text_done(&log);
}

static void expect(const char *bytes, const char *expected)
{
    struct keys keys;
    keys_init(&keys);
    expect_with(&keys, bytes, strlen(bytes), expected);
    assert_int_equal(keys.state, AT_GROUND);
}

static void test_characters_and_controls(void **state)
{
    (void)state;
    expect("q? +Z", "q ? space + Z");
    expect("é漢😀", "é 漢 😀");
    expect("\t\r\n\x7f\b\x10\x18\x1f", "tab enter enter backspace backspace ctrl-p ctrl-x ctrl-_");
    struct keys keys;
    keys_init(&keys);
    expect_with(&keys, "\0", 1, "ctrl-space");
}

static void test_named_keys(void **state)
{
    (void)state;
    expect("\033[A\033[B\033[C\033[D", "up down right left");
    expect("\033OA\033OD\033OP\033OM", "up left f1 enter");
    expect("\033[H\033[F\033[1~\033[4~\033[5~\033[6~\033[2~\033[3~",
           "home end home end pageup pagedown insert delete");
    expect("\033[Z\033[15~\033[24~\033[[A\033[[E", "shift-tab f5 f12 f1 f5");
    expect("\033[1;5D\033[1;2A\033[1;3C\033[1;6B\033[3;5~",
           "ctrl-left shift-up alt-right ctrl-shift-down ctrl-delete");
    expect("\033x\033:\033\r", "alt-x alt-: alt-enter");
    expect("\033[113;5u\033[27;5;9~\033[63;2u\033[57399;1u", "ctrl-q ctrl-tab ? ?");
    expect("\033\033[A", "esc up");
}

static void test_mouse(void **state)
{
    (void)state;
    expect("\033[<0;5;3M\033[<32;6;3M\033[<0;6;3m", "mouse0:0@4,2 mouse2:0@5,2 mouse1:0@5,2");
    expect("\033[<64;10;20M\033[<65;10;20M", "mouse3:0@9,19 mouse4:1@9,19");
    expect("\033[<68;1;1M\033[<80;1;1M\033[<72;1;1M", "mouse3:0@0,0S mouse3:0@0,0C mouse3:0@0,0A");
    expect("\033[<35;7;7M\033[<66;7;7M", "");
    expect("\033[<0;0;0M\033[<999999999999;1;1M\033[<;;M", "");
    expect("\033[M !!\033[M#!!", "mouse0:0@0,0 mouse1:3@0,0");
}

static void test_replies(void **state)
{
    (void)state;
    expect("\033[0nx", "ready x");
    expect("\033[?62;22c\033[I\033[O\033[?2026;2$y\033[6;20;10t", "cell:10x20");
    struct keys keys;
    keys_init(&keys);
    keys.expect_osc = true;
    expect_with(&keys, "\033]11;rgb:1e1e/1e1e/2e2e\033\\q", 26, "bg:1e1e2e q");
    assert_false(keys.expect_osc);
    keys.expect_osc = true;
    expect_with(&keys, "\033]11;rgb:f/ff/0\a", 16, "bg:ffff00");
}

static void test_hostile_replies(void **state)
{
    (void)state;
    static const char *const bad[] = {"\033]11;rgb:\a",       "\033]11;rgb:12/34\a",
                                      "\033]11;rgb:g/0/0\a",  "\033]11;rgb:00000/0/0\a",
                                      "\033]11;?\a",          "\033]11;rgb:1/2/3/4\a",
                                      "\033]4;1;rgb:1/2/3\a", "\033]\033\\"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct keys keys;
        keys_init(&keys);
        keys.expect_osc = true;
        expect_with(&keys, bad[i], strlen(bad[i]), "");
    }
    /* A reply without an end must not become keys, and silence ends it. */
    struct keys keys;
    keys_init(&keys);
    keys.expect_osc = true;
    expect_with(&keys, "\033]11;", 5, "");
    for (int i = 0; i < 1000; i++) {
        expect_with(&keys, "qqqq", 4, "");
    }
    struct text log;
    text_init(&log);
    keys_idle(&keys, log_event, &log);
    text_done(&log);
    expect_with(&keys, "q", 1, "q");
    /* Not asked for: it is the key alt-]. */
    keys_init(&keys);
    expect_with(&keys, "\033]q", 3, "alt-] q");
}

static void test_paste(void **state)
{
    (void)state;
    expect("\033[200~K = x\n\033[A\033[201~q", "paste-end:K = x\n\033[A q");
    /* Longer than a piece, with the end mark anywhere. */
    for (size_t length = KEY_PASTE_MAX - 10; length < KEY_PASTE_MAX + 10; length++) {
        struct text bytes, log;
        text_init(&bytes);
        text_init(&log);
        text_add(&bytes, "\033[200~");
        for (size_t i = 0; i < length; i++) {
            text_add(&bytes, "w");
        }
        text_add(&bytes, "\033[201~");
        struct keys keys;
        keys_init(&keys);
        keys_feed(&keys, bytes.bytes, bytes.length, log_event, &log);
        size_t count = 0;
        for (const char *p = text_get(&log); *p != '\0'; p++) {
            count += *p == 'w';
        }
        assert_int_equal(count, length);
        assert_int_equal(keys.state, AT_GROUND);
        text_done(&log);
        text_done(&bytes);
    }
}

static void test_silence(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *expected;
    } cases[] = {{"\033", "esc"},  {"\033[", "alt-["}, {"\033[1;", "?"}, {"\033O", "alt-O"},
                 {"\xe2\x82", ""}, {"\033[M!", ""},    {"a", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct keys keys;
        keys_init(&keys);
        expect_with(&keys, cases[i].bytes, strlen(cases[i].bytes),
                    strcmp(cases[i].bytes, "a") == 0 ? "a" : "");
        struct text log;
        text_init(&log);
        keys_idle(&keys, log_event, &log);
        assert_string_equal(text_get(&log), cases[i].expected);
        assert_int_equal(keys_wait_ms(&keys), -1);
        text_done(&log);
    }
    struct keys keys;
    keys_init(&keys);
    expect_with(&keys, "\033", 1, "");
    assert_int_equal(keys_wait_ms(&keys), 25);
}

static void test_malformed(void **state)
{
    (void)state;
    expect("\xff\x80q", "? ? q");
    expect("\xe2(q", "? ( q");
    expect("\xed\xa0\x80q", "? q");
    expect("\033[\033[A", "? up");
    expect("\033[12\x01", "? ctrl-a");
    char longest[300];
    memset(longest, '1', sizeof longest);
    memcpy(longest, "\033[", 2);
    longest[298] = 'A';
    longest[299] = '\0';
    expect(longest, "?");
}

/* However the bytes are cut, the events are the same. */
static void test_pieces(void **state)
{
    (void)state;
    static const char bytes[] = "q\033[1;5D\033[<0;5;3Mé\033[200~ab\033[201~\033Ox\033[5~";
    struct text whole;
    text_init(&whole);
    struct keys keys;
    keys_init(&keys);
    keys_feed(&keys, bytes, sizeof bytes - 1, log_event, &whole);
    for (size_t cut = 1; cut + 1 < sizeof bytes; cut++) {
        struct text log;
        text_init(&log);
        keys_init(&keys);
        keys_feed(&keys, bytes, cut, log_event, &log);
        keys_feed(&keys, bytes + cut, sizeof bytes - 1 - cut, log_event, &log);
        assert_string_equal(text_get(&log), text_get(&whole));
        text_done(&log);
    }
    text_done(&whole);
}

static void test_random_bytes(void **state)
{
    (void)state;
    struct rng rng = rng_stream(5, 0);
    static const char common[] = "\033\033\033[[O]<;;0123~MmAn\x07\\?200201u";
    for (int round = 0; round < 3000; round++) {
        struct keys keys;
        struct text log;
        keys_init(&keys);
        text_init(&log);
        keys.expect_osc = (round & 1) != 0;
        for (int i = 0; i < 100; i++) {
            uint64_t bits = rng_bits(&rng);
            char byte = (char)(bits >> 8);
            if ((bits & 3) != 0) {
                byte = common[(bits >> 16) % (sizeof common - 1)];
            }
            keys_feed(&keys, &byte, 1, log_event, &log);
            if ((bits >> 32) % 16 == 0) {
                keys_idle(&keys, log_event, &log);
                assert_int_equal(keys_wait_ms(&keys), -1);
            }
        }
        text_done(&log);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters_and_controls),
        cmocka_unit_test(test_named_keys),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_hostile_replies),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
