"use strict";
// The page works without this file. With it, number fields say so where the Kazakh digit row types letters.
