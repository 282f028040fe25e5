/** The program of the README. */
package io.haori.example;
