package id.tanggap;

import static org.elasticsearch.rest.RestRequest.Method.GET;
import static org.elasticsearch.rest.RestRequest.Method.HEAD;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.IndexScopedSettings;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.settings.SettingsFilter;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xcontent.XContentBuilder;

/** Says the server's version at `/`, which clients ask before anything else. */
public final class AnswerRoot extends Plugin implements ActionPlugin {
    @Override
    public Collection<RestHandler> getRestHandlers(
            Settings settings, NamedWriteableRegistry writeables, RestController controller, ClusterSettings cluster,
            IndexScopedSettings indexSettings, SettingsFilter filter, IndexNameExpressionResolver names,
            Supplier<DiscoveryNodes> nodes, Predicate<NodeFeature> features) {
        return List.of(new Version());
    }

    private static final class Version extends BaseRestHandler {
        @Override
        public String getName() {
            return "tanggap_version";
        }

        @Override
        public List<Route> routes() {
            return List.of(new Route(GET, "/"), new Route(HEAD, "/"));
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
            return channel -> {
                try (XContentBuilder answer = channel.newBuilder()) {
                    write(answer);
                    channel.sendResponse(new RestResponse(RestStatus.OK, answer));
                }
            };
        }

        private static void write(XContentBuilder answer) throws IOException {
            Build build = Build.current();
            answer.startObject().field("cluster_name", "tanggap-tests").startObject("version");
            answer.field("number", build.qualifiedVersion()).field("build_flavor", build.flavor());
            answer.endObject().field("tagline", "You Know, for Search").endObject();
        }
    }
}
