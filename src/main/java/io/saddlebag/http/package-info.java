/**
 * What camel-http must be told, and what every vendor route must get right: exact URLs, no repeats,
 * no cookies, no forwarded secrets, redirects as a step of their own. Knows no vendor.
 */
@NullMarked
package io.saddlebag.http;

import org.jspecify.annotations.NullMarked;
