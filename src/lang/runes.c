/* Mathematical characters that people paste into a model, and the ASCII for them. */
#include "lexer.h"

#include <stddef.h>

static const struct rune_info runes[] = {
    {0x00a0, "a plain space", {TK_EOF, TK_EOF}},
    {0x00b2, "^2", {TK_CARET, TK_NUMBER}},
    {0x00b3, "^3", {TK_CARET, TK_NUMBER}},
    {0x00b7, "*", {TK_STAR, TK_EOF}},
    {0x00b9, "^1", {TK_CARET, TK_NUMBER}},
    {0x00bc, "1/4", {TK_NUMBER, TK_EOF}},
    {0x00bd, "1/2", {TK_NUMBER, TK_EOF}},
    {0x00be, "3/4", {TK_NUMBER, TK_EOF}},
    {0x00d7, "*", {TK_STAR, TK_EOF}},
    {0x00f7, "/", {TK_SLASH, TK_EOF}},
    {0x0393, "Gamma", {TK_NAME, TK_EOF}},
    {0x0394, "Delta", {TK_NAME, TK_EOF}},
    {0x0398, "Theta", {TK_NAME, TK_EOF}},
    {0x039b, "Lambda", {TK_NAME, TK_EOF}},
    {0x03a0, "prod(j in 1..H, ...)", {TK_BAD, TK_EOF}},
    {0x03a3, "sum(j in 1..H, ...)", {TK_BAD, TK_EOF}},
    {0x03a6, "Phi", {TK_NAME, TK_EOF}},
    {0x03a8, "Psi", {TK_NAME, TK_EOF}},
    {0x03a9, "Omega", {TK_NAME, TK_EOF}},
    {0x03b1, "alpha", {TK_NAME, TK_EOF}},
    {0x03b2, "beta", {TK_NAME, TK_EOF}},
    {0x03b3, "gamma", {TK_NAME, TK_EOF}},
    {0x03b4, "delta", {TK_NAME, TK_EOF}},
    {0x03b5, "eps", {TK_NAME, TK_EOF}},
    {0x03b6, "zeta", {TK_NAME, TK_EOF}},
    {0x03b7, "eta", {TK_NAME, TK_EOF}},
    {0x03b8, "theta", {TK_NAME, TK_EOF}},
    {0x03ba, "kappa", {TK_NAME, TK_EOF}},
    {0x03bb, "lambda", {TK_NAME, TK_EOF}},
    {0x03bc, "mu", {TK_NAME, TK_EOF}},
    {0x03bd, "nu", {TK_NAME, TK_EOF}},
    {0x03be, "xi", {TK_NAME, TK_EOF}},
    {0x03c0, "pi", {TK_NUMBER, TK_EOF}},
    {0x03c1, "rho", {TK_NAME, TK_EOF}},
    {0x03c3, "sigma", {TK_NAME, TK_EOF}},
    {0x03c4, "tau", {TK_NAME, TK_EOF}},
    {0x03c6, "phi", {TK_NAME, TK_EOF}},
    {0x03c7, "chi", {TK_NAME, TK_EOF}},
    {0x03c8, "psi", {TK_NAME, TK_EOF}},
    {0x03c9, "omega", {TK_NAME, TK_EOF}},
    {0x03d1, "theta", {TK_NAME, TK_EOF}},
    {0x2009, "a plain space", {TK_EOF, TK_EOF}},
    {0x2010, "-", {TK_MINUS, TK_EOF}},
    {0x2011, "-", {TK_MINUS, TK_EOF}},
    {0x2012, "-", {TK_MINUS, TK_EOF}},
    {0x2013, "-", {TK_MINUS, TK_EOF}},
    {0x2014, "-", {TK_MINUS, TK_EOF}},
    {0x2018, "\" around text", {TK_BAD, TK_EOF}},
    {0x2019, "\" around text", {TK_BAD, TK_EOF}},
    {0x201c, "\" around text", {TK_STRING, TK_EOF}},
    {0x201d, "\" around text", {TK_STRING, TK_EOF}},
    {0x2026, "..", {TK_DOTDOT, TK_EOF}},
    {0x2044, "/", {TK_SLASH, TK_EOF}},
    {0x2070, "^0", {TK_CARET, TK_NUMBER}},
    {0x2074, "^4", {TK_CARET, TK_NUMBER}},
    {0x2075, "^5", {TK_CARET, TK_NUMBER}},
    {0x2076, "^6", {TK_CARET, TK_NUMBER}},
    {0x2077, "^7", {TK_CARET, TK_NUMBER}},
    {0x2078, "^8", {TK_CARET, TK_NUMBER}},
    {0x2079, "^9", {TK_CARET, TK_NUMBER}},
    {0x207f, "^n", {TK_CARET, TK_NUMBER}},
    {0x2080, "w0 or w[j]", {TK_NAME, TK_EOF}},
    {0x2081, "w1 or w[1]", {TK_NAME, TK_EOF}},
    {0x2082, "w2 or w[2]", {TK_NAME, TK_EOF}},
    {0x2083, "w3 or w[3]", {TK_NAME, TK_EOF}},
    {0x2084, "w4 or w[4]", {TK_NAME, TK_EOF}},
    {0x2202, "a name of letters", {TK_NAME, TK_EOF}},
    {0x2208, "in", {TK_BAD, TK_EOF}},
    {0x220f, "prod(j in 1..H, ...)", {TK_BAD, TK_EOF}},
    {0x2211, "sum(j in 1..H, ...)", {TK_BAD, TK_EOF}},
    {0x2212, "-", {TK_MINUS, TK_EOF}},
    {0x2215, "/", {TK_SLASH, TK_EOF}},
    {0x2217, "*", {TK_STAR, TK_EOF}},
    {0x2219, "*", {TK_STAR, TK_EOF}},
    {0x221a, "sqrt(...)", {TK_BAD, TK_EOF}},
    {0x221e, "a finite number", {TK_BAD, TK_EOF}},
    {0x2227, "and", {TK_AND, TK_EOF}},
    {0x2228, "or", {TK_OR, TK_EOF}},
    {0x223c, "~", {TK_TILDE, TK_EOF}},
    {0x2260, "!=", {TK_NE, TK_EOF}},
    {0x2264, "<=", {TK_LE, TK_EOF}},
    {0x2265, ">=", {TK_GE, TK_EOF}},
    {0x22c5, "*", {TK_STAR, TK_EOF}},
};

const struct rune_info *rune_find(uint32_t rune)
{
    size_t low = 0, high = sizeof runes / sizeof *runes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runes[middle].rune == rune) {
            return &runes[middle];
        }
        if (runes[middle].rune < rune) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}
