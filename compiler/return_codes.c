/* return_codes.c: see return_codes.h. A new release of the standard is a new list here, chosen by its name. */
#include "compiler/return_codes.h"

static const char CODES_3_2[][5] = {"0001", "0200", "0233", "0611", "8001", "8017", "8021", "8187", "8214", "8848",
                                    "9019", "9056", "9063", "9069", "9071", "9074", "9307", "9308", "9319", "9321",
                                    "9322", "9326", "9332", "9333", "9338", "9339", "9340", "9341", "9346", "9347",
                                    "9349", "9350", "9351", "9355", "9357", "9359", "9360", "9361", "9365", "9366",
                                    "9367", "9369", "9373", "9374", "9375", "9379", "9384", "9385", "9387", "9388",
                                    "9389", "9390", "9411", "9412", "9413", "9414", "9415", "S300", "S329"};

Text return_codes_default_standard(void)
{
    return TEXT("iWmo 3.2");
}

bool return_codes_has_standard(Text standard)
{
    return text_equal(standard, TEXT("iWmo 3.2")) || text_equal(standard, TEXT("iJw 3.2"));
}

bool return_codes_has(Text code)
{
    for (size_t i = 0; i < sizeof CODES_3_2 / sizeof *CODES_3_2; i++)
        if (text_equal(text_from_cstring(CODES_3_2[i]), code))
            return true;
    return false;
}
