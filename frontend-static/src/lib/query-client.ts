// How server state is kept: a refusal is final, a lost line is tried again, and 401 means signed out.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Refusal } from "./http";

const MAX_RETRIES = 2;

export function makeQueryClient(): QueryClient {
  // A session that ended shows at the next reading of `me`, which sends the reader to the sign-in page.
  const onError = (error: Error, isMe: boolean) => {
    if (error instanceof Refusal && error.status === 401 && !isMe) void client.invalidateQueries({ queryKey: ["me"] });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => onError(error, query.queryKey[0] === "me") }),
    mutationCache: new MutationCache({ onError: (error) => onError(error, false) }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) =>
          count < MAX_RETRIES && (!(error instanceof Refusal) || error.status === 0 || error.status >= 500),
      },
    },
  });
  return client;
}
