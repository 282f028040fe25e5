/**
 * One class for each screen of the web page, and {@link io.haori.server.page.screen.Visits}, by
 * which all of them are reached: it knows who is signed in, checks forms, and answers failures.
 */
@NullMarked
package io.haori.server.page.screen;

import org.jspecify.annotations.NullMarked;
