package io.saddlebag.destination;

import java.util.Map;

/**
 * What an object is called and says about itself.
 *
 * @param bucket the bucket
 * @param key the key
 * @param contentType the type that its readers are told
 * @param metadata names without their prefix, values in ASCII
 */
record S3Object(String bucket, String key, String contentType, Map<String, String> metadata) {}
